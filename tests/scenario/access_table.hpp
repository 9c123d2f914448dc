// Who is answered what, written from the rules of the market and not from its code: one row an
// address and thing.
//
// Columns: nobody signed in; a bearer that is none (garbled, unknown, expired, revoked); an API
// token with `read` alone; members of the owning university with one role each (org_admin,
// listing_editor, deal_maker, signer) and with all of these; another verified enterprise; an
// unverified enterprise; a broker; the market operator.
//
// `yes` is the answer to those who may; a single `yes` is everybody's.
#pragma once

#include <string_view>

namespace jishi::test {

inline constexpr std::string_view access_table = R"(
    // operation                 thing    nobody ended reader admin editor dealer signer full rival unverified broker operator

    // ---- for the public, whoever asks and however ----
    get_health                   -        yes
    get_readiness                -        yes
    get_metrics                  -        yes
    get_openapi                  -        yes
    get_first_page               -        yes
    search_achievements          -        yes
    search_needs                 -        yes
    sign_in                      -        yes
    register_organisation        -        yes

    // ---- the own account ----
    get_me                       -        401 401 yes yes yes yes yes yes yes yes yes yes
    sign_out                     -        401 401 yes yes yes yes yes yes yes yes yes yes
    change_password              -        401 401 403 yes yes yes yes yes yes yes yes yes
    list_tokens                  -        401 401 403 yes yes yes yes yes yes yes yes yes
    issue_token                  -        401 401 403 yes yes yes yes yes yes yes yes yes
    revoke_token                 own      401 401 403 404 404 404 404 yes 404 404 404 404
    revoke_token                 other    401 401 403 404 404 404 404 404 404 404 404 404
    revoke_token                 absent   401 401 403 404 404 404 404 404 404 404 404 404
    list_saved_searches          -        401 401 yes yes yes yes yes yes yes yes yes yes
    create_saved_search          -        401 401 403 yes yes yes yes yes yes yes yes yes
    delete_saved_search          own      401 401 403 404 404 404 404 yes 404 404 404 404
    delete_saved_search          other    401 401 403 404 404 404 404 404 404 404 404 404
    delete_saved_search          absent   401 401 403 404 404 404 404 404 404 404 404 404
    list_events                  -        401 401 yes yes yes yes yes yes yes yes yes yes
    live_events                  -        401 401 yes yes yes yes yes yes yes yes yes yes

    // ---- organisations: a verified one is known to all who are signed in, another to itself and the operator ----
    list_organisations           -        401 401 403 403 403 403 403 403 403 403 403 yes
    get_organisation             own      401 401 yes yes yes yes yes yes yes yes yes yes
    get_organisation             other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_organisation             absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_organisation          own      401 401 403 403 403 403 403 403 403 403 403 yes
    act_on_organisation          other    401 401 404 404 404 404 404 404 404 404 404 yes
    act_on_organisation          absent   401 401 404 404 404 404 404 404 404 404 404 404
    list_members                 -        401 401 yes yes yes yes yes yes yes yes yes yes
    add_member                   -        401 401 403 yes 403 403 403 yes yes yes yes yes
    change_member                own      401 401 403 yes 403 403 403 yes 404 404 404 404
    change_member                other    401 401 403 404 404 404 404 404 404 404 404 404
    change_member                absent   401 401 403 404 404 404 404 404 404 404 404 404

    // ---- listings: a draft is its owner's and the operator's ----
    list_my_listings             -        401 401 yes yes yes yes yes yes yes yes yes yes
    list_review_queue            -        401 401 403 403 403 403 403 403 403 403 403 yes
    create_achievement           -        401 401 403 403 yes 403 403 yes yes yes yes 403
    create_need                  -        401 401 403 403 yes 403 403 yes yes yes yes 403
    get_achievement              own      404 401 yes yes yes yes yes yes 404 404 404 yes
    get_achievement              other    404 401 404 404 404 404 404 404 404 404 404 yes
    get_achievement              public   yes 401 yes yes yes yes yes yes yes yes yes yes
    get_achievement              absent   404 401 404 404 404 404 404 404 404 404 404 404
    get_need                     own      404 401 yes yes yes yes yes yes 404 404 404 yes
    get_need                     other    404 401 404 404 404 404 404 404 404 404 404 yes
    get_need                     public   yes 401 yes yes yes yes yes yes yes yes yes yes
    get_need                     absent   404 401 404 404 404 404 404 404 404 404 404 404
    revise_achievement           own      401 401 403 403 yes 403 403 yes 404 404 404 403
    revise_achievement           other    401 401 403 404 404 404 404 404 404 404 404 403
    revise_achievement           public   401 401 403 403 403 403 403 403 403 403 403 403
    revise_achievement           absent   401 401 403 404 404 404 404 404 404 404 404 404
    revise_need                  own      401 401 403 403 yes 403 403 yes 404 404 404 403
    revise_need                  other    401 401 403 404 404 404 404 404 404 404 404 403
    revise_need                  public   401 401 403 403 403 403 403 403 403 403 403 403
    revise_need                  absent   401 401 403 404 404 404 404 404 404 404 404 404
    act_on_achievement           own      401 401 403 403 yes 403 403 yes 404 404 404 403
    act_on_achievement           other    401 401 404 404 404 404 404 404 404 404 404 403
    act_on_achievement           absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_achievement:publish   own      401 401 403 403 403 403 403 403 404 404 404 yes
    act_on_achievement:publish   other    401 401 404 404 404 404 404 404 404 404 404 yes
    act_on_achievement:withdraw  public   401 401 403 403 403 403 403 403 403 403 403 403
    act_on_need                  own      401 401 403 403 yes 403 403 yes 404 404 404 403
    act_on_need                  other    401 401 404 404 404 404 404 404 404 404 404 403
    act_on_need                  absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_need:publish          own      401 401 403 403 403 403 403 403 404 404 404 yes
    act_on_need:publish          other    401 401 404 404 404 404 404 404 404 404 404 yes
    act_on_need:solve            public   401 401 403 403 403 403 403 403 403 403 403 403
    get_achievement_revision     own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_achievement_revision     other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_achievement_revision     public   401 401 403 403 403 403 403 403 403 403 403 yes
    get_achievement_revision     absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_need_revision            own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_need_revision            other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_need_revision            public   401 401 403 403 403 403 403 403 403 403 403 yes
    get_need_revision            absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_achievement_history      own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_achievement_history      other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_achievement_history      public   401 401 403 403 403 403 403 403 403 403 403 yes
    get_achievement_history      absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_need_history             own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_need_history             other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_need_history             public   401 401 403 403 403 403 403 403 403 403 403 yes
    get_need_history             absent   401 401 404 404 404 404 404 404 404 404 404 404

    // ---- matches: for the two owners ----
    list_achievement_matches     own      404 401 yes yes yes yes yes yes 404 404 404 yes
    list_achievement_matches     other    404 401 404 404 404 404 404 404 404 404 404 yes
    list_achievement_matches     public   yes 401 yes yes yes yes yes yes yes yes yes yes
    list_achievement_matches     absent   404 401 404 404 404 404 404 404 404 404 404 404
    list_need_matches            own      404 401 yes yes yes yes yes yes 404 404 404 yes
    list_need_matches            other    404 401 404 404 404 404 404 404 404 404 404 yes
    list_need_matches            public   yes 401 yes yes yes yes yes yes yes yes yes yes
    list_need_matches            absent   404 401 404 404 404 404 404 404 404 404 404 404
    list_matches                 -        401 401 yes yes yes yes yes yes yes yes yes yes
    get_match                    own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_match                    other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_match                    absent   401 401 404 404 404 404 404 404 404 404 404 404
    plan_matches                 -        401 401 403 403 403 403 403 403 403 403 403 yes
    act_on_match                 own      401 401 403 403 yes yes 403 yes 404 404 404 403
    act_on_match                 other    401 401 403 404 404 404 404 404 404 404 404 403
    act_on_match                 absent   401 401 403 404 404 404 404 404 404 404 404 404

    // ---- grades: for the own side; for a need the operator speaks, too ----
    put_need_grade               own      401 401 403 403 yes yes 403 yes 404 404 404 yes
    put_need_grade               other    401 401 403 404 404 404 404 404 404 404 404 yes
    put_need_grade               public   401 401 403 403 403 403 403 403 403 403 403 yes
    put_need_grade               absent   401 401 403 404 404 404 404 404 404 404 404 404
    put_achievement_grade        own      401 401 403 403 yes yes 403 yes 404 404 404 403
    put_achievement_grade        other    401 401 403 404 404 404 404 404 404 404 404 403
    put_achievement_grade        public   401 401 403 403 403 403 403 403 403 403 403 403
    put_achievement_grade        absent   401 401 403 404 404 404 404 404 404 404 404 404
    delete_need_grade            own      401 401 403 403 yes yes 403 yes 404 404 404 yes
    delete_need_grade            other    401 401 403 404 404 404 404 404 404 404 404 yes
    delete_need_grade            public   401 401 403 403 403 403 403 403 403 403 403 yes
    delete_need_grade            absent   401 401 403 404 404 404 404 404 404 404 404 404
    delete_achievement_grade     own      401 401 403 403 yes yes 403 yes 404 404 404 403
    delete_achievement_grade     other    401 401 403 404 404 404 404 404 404 404 404 403
    delete_achievement_grade     public   401 401 403 403 403 403 403 403 403 403 403 403
    delete_achievement_grade     absent   401 401 403 404 404 404 404 404 404 404 404 404
    list_need_grades             own      401 401 yes yes yes yes yes yes 404 404 404 yes
    list_need_grades             other    401 401 404 404 404 404 404 404 404 404 404 yes
    list_need_grades             public   401 401 403 403 403 403 403 403 403 403 403 yes
    list_need_grades             absent   401 401 404 404 404 404 404 404 404 404 404 404
    list_achievement_grades      own      401 401 yes yes yes yes yes yes 404 404 404 403
    list_achievement_grades      other    401 401 404 404 404 404 404 404 404 404 404 403
    list_achievement_grades      public   401 401 403 403 403 403 403 403 403 403 403 403
    list_achievement_grades      absent   401 401 404 404 404 404 404 404 404 404 404 404

    // ---- deals: for the two sides; a broker's mandate that nobody accepted opens nothing ----
    open_deal                    -        401 401 403 403 403 yes 403 yes yes 403 yes 403
    list_deals                   -        401 401 yes yes yes yes yes yes yes yes yes yes
    get_deal                     own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_deal                     other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_deal                     absent   401 401 404 404 404 404 404 404 404 404 404 404
    list_offers                  own      401 401 yes yes yes yes yes yes 404 404 404 yes
    list_offers                  other    401 401 404 404 404 404 404 404 404 404 404 yes
    list_offers                  absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_deal_history             own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_deal_history             other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_deal_history             absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_deal                  own      401 401 403 403 403 yes 403 yes 404 404 404 403
    act_on_deal                  other    401 401 404 404 404 404 404 404 404 404 404 403
    act_on_deal                  absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_deal:operator         own      401 401 403 403 403 403 403 403 404 404 404 yes
    act_on_deal:operator         other    401 401 404 404 404 404 404 404 404 404 404 yes

    // ---- mandates: for the broker that offered and the owner that was asked ----
    offer_mandate                -        401 401 403 403 403 403 403 403 403 403 yes 403
    list_mandates                -        401 401 yes yes yes yes yes yes yes yes yes yes
    get_mandate                  own      401 401 yes yes yes yes yes yes 404 404 yes yes
    get_mandate                  other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_mandate                  absent   401 401 404 404 404 404 404 404 404 404 404 404
    act_on_mandate               own      401 401 403 403 403 yes 403 yes 404 404 403 403
    act_on_mandate               other    401 401 403 404 404 404 404 404 404 404 404 403
    act_on_mandate               absent   401 401 403 404 404 404 404 404 404 404 404 404
    act_on_mandate:withdraw      own      401 401 403 403 403 403 403 403 404 404 yes 403

    // ---- contracts: for the two sides; only a signer signs ----
    draft_contract               own      401 401 403 403 403 yes 403 yes 404 404 404 403
    draft_contract               other    401 401 403 404 404 404 404 404 404 404 404 403
    draft_contract               absent   401 401 403 404 404 404 404 404 404 404 404 404
    list_contracts               -        401 401 yes yes yes yes yes yes yes yes yes yes
    get_contract                 own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_contract                 other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_contract                 absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_contract_document        own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_contract_document        other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_contract_document        absent   401 401 404 404 404 404 404 404 404 404 404 404
    get_contract_history         own      401 401 yes yes yes yes yes yes 404 404 404 yes
    get_contract_history         other    401 401 404 404 404 404 404 404 404 404 404 yes
    get_contract_history         absent   401 401 404 404 404 404 404 404 404 404 404 404
    revise_contract              own      401 401 403 403 403 yes 403 yes 404 404 404 403
    revise_contract              other    401 401 403 404 404 404 404 404 404 404 404 403
    revise_contract              absent   401 401 403 404 404 404 404 404 404 404 404 404
    act_on_contract              own      401 401 403 403 403 yes 403 yes 404 404 404 403
    act_on_contract              other    401 401 404 404 404 404 404 404 404 404 404 403
    act_on_contract              absent   401 401 404 404 404 404 404 404 404 404 404 404
    sign_contract                own      401 401 403 403 403 403 yes yes 404 404 404 403
    sign_contract                other    401 401 403 404 404 404 404 404 404 404 404 403
    sign_contract                absent   401 401 403 404 404 404 404 404 404 404 404 404
)";

} // namespace jishi::test
