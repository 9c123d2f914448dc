#include "tests/storage/samples.hpp"

namespace jishi::testing {

using namespace jishi::market;

namespace {

constexpr Instant early{1'700'000'000'000'001}, late{1'800'000'000'999'999};

std::string digits_of_new_id(std::size_t count) {
    const auto text = id_text(storage::new_uuid7());
    return text.substr(text.size() - count);
}

} // namespace

Organisation full_organisation() {
    return {
        .id = some_id<OrganisationId>(),
        .uscc = digits_of_new_id(18),
        .name = odd_text,
        .kind = OrganisationKind::university,
        .division = "420100",
        .industry = "M7320",
        .state = VerificationState::suspended,
        .state_reason = odd_text,
        .created_at = early,
        .version = 0};
}

Member full_member(OrganisationId organisation) {
    return {
        .id = some_id<MemberId>(),
        .organisation = organisation,
        .login = "li.si@" + digits_of_new_id(20),
        .name = "李四𠮷",
        .roles = {Role::org_admin, Role::signer, Role::market_operator},
        .status = MemberStatus::disabled,
        .created_at = early,
        .version = 0};
}

Session full_session(MemberId member) {
    return {
        .id = some_id<SessionId>(),
        .member = member,
        .kind = SessionKind::api_token,
        .label = "夜间导入 🚚",
        .secret_hash = some_hash(),
        .scopes = {Scope::read, Scope::admin},
        .created_at = early,
        .expires_at = late,
        .revoked_at = Instant{1'750'000'000'000'000}};
}

Listing full_listing(ListingId id, OrganisationId owner) {
    return {
        .id = id,
        .owner = owner,
        .state = ListingState::published,
        .revision = 4'000'000'000,
        .live_revision = 3,
        .review_pending = true,
        .state_reason = odd_text,
        .source_id = "成果-" + digits_of_new_id(26),
        .published_at = early,
        .expires_at = late,
        .created_at = Instant{-1},
        .updated_at = Instant{1},
        .version = 0};
}

ListingRevision full_revision(ListingId id, std::uint32_t number) {
    ListingRevision revision{
        .listing = id,
        .number = number,
        .content =
            {.title = "锂电池正极材料𠮷",
             .summary = std::string(20'000, 'x') + odd_text,
             .confidential = odd_text,
             .keywords = {"锂电池", "", "a,b:c", odd_text},
             .fields = {TechnologyField::new_materials, TechnologyField::urban_and_social},
             .industry = "C3841",
             .division = "420106",
             .trl = 9,
             .trl_basis = TrlBasis::expert,
             .modes = {CooperationMode::transfer, CooperationMode::trial},
             .price = {.min_fen = 0, .max_fen = fen_max},
             .confidentiality = Confidentiality::anonymous,
             .achievement = {},
             .need = {}},
        .content_hash = some_hash(),
        .written_by = some_id<MemberId>(),
        .written_at = early};
    if (id.kind == ListingKind::achievement)
        revision.content.achievement = {
            .problem_solved = odd_text,
            .incumbent_solution = "现有方案",
            .advantage = "优势",
            .patent_numbers = {"ZL202110000001.4", "CN114000000A", "ZL202110000001.4"},
            .price_mode = PriceMode::auction,
            .price_kind = PriceKind::range,
            .service_achievement = true};
    else
        revision.content.need = {
            .material = "料",
            .method = "法",
            .efficacy = "效",
            .product = "品",
            .application = odd_text,
            .current_state = "现状",
            .target_metrics = {{"能量密度", ">=", "300", "Wh/kg"}, {"成本", "<", "-1.50", ""}},
            .deadline = Date{2027, 2, 28}};
    return revision;
}

Match full_match() {
    return {
        .id = some_id<MatchId>(),
        .need = {some_need(), 7},
        .achievement = {some_achievement(), 9},
        .need_owner = some_id<OrganisationId>(),
        .achievement_owner = some_id<OrganisationId>(),
        .score = 0.1 + 0.2,
        .explanation_json = R"({"k": "𠮷", "list":[1,  2]})",
        .engine_version = "m1-2026",
        .need_answer = Answer::dismissed,
        .achievement_answer = Answer::accepted,
        .need_reason = DismissReason::too_expensive,
        .achievement_reason = DismissReason::other,
        .found_at = early,
        .updated_at = late,
        .version = 0};
}

MatchGrade full_grade(const Pair& pair, ListingKind side) {
    return {
        .pair = pair,
        .side = side,
        .organisation = some_id<OrganisationId>(),
        .member = some_id<MemberId>(),
        .grade = 3,
        .at = late,
        .version = 0};
}

SavedSearch full_saved_search() {
    return {
        .id = some_id<SavedSearchId>(),
        .member = some_id<MemberId>(),
        .organisation = some_id<OrganisationId>(),
        .name = "电池 🔋",
        .kind = ListingKind::need,
        .query = "q=%E7%94%B5%E6%B1%A0&trl_min=4",
        .created_at = early,
        .version = 0};
}

Deal full_deal() {
    return {
        .id = some_id<DealId>(),
        .achievement = PinnedListing{some_achievement(), 2},
        .need = PinnedListing{some_need(), 3},
        .buyer = some_id<OrganisationId>(),
        .seller = some_id<OrganisationId>(),
        .buyer_hidden = true,
        .state = DealState::counter_pending,
        .state_reason = odd_text,
        .offer_count = 5,
        .current_offer = some_id<OfferId>(),
        .accepted_offer = some_id<OfferId>(),
        .offer_by = some_id<OrganisationId>(),
        .terms_hash = some_hash(),
        .related_party = RelatedParty::yes,
        .due_at = late,
        .created_at = early,
        .updated_at = late,
        .version = 0};
}

Terms full_terms() {
    return {
        .mode = CooperationMode::exclusive_licence,
        .price_fen = 1'250'000'00,
        .payment_mode = PaymentMode::entry_fee_plus_royalty,
        .instalments =
            {{"签约后,:", 100'000'00, Date{2026, 12, 31}}, {"验收后😀", 1'150'000'00, {}}},
        .royalty_bp = 10'000,
        .royalty_base = RoyaltyBase::product_sales,
        .territory = "湖北省",
        .field_of_use = "动力电池",
        .valid_to = Date{2036, 2, 29},
        .deliverables = odd_text,
        .acceptance = "第三方检测"};
}

Offer full_offer(DealId deal, std::uint32_t number) {
    return {
        .id = some_id<OfferId>(),
        .deal = deal,
        .number = number,
        .by = some_id<OrganisationId>(),
        .written_by = some_id<MemberId>(),
        .terms = full_terms(),
        .message = odd_text,
        .terms_hash = some_hash(),
        .valid_until = late,
        .made_at = early};
}

Mandate full_mandate() {
    return {
        .id = some_id<MandateId>(),
        .listing = some_need(),
        .principal = some_id<OrganisationId>(),
        .broker_organisation = some_id<OrganisationId>(),
        .broker = some_id<MemberId>(),
        .commission_bp = 3'000,
        .note = odd_text,
        .state = MandateState::offered,
        .state_reason = odd_text,
        .created_at = early,
        .updated_at = late,
        .version = 0};
}

Contract full_contract() {
    return {
        .id = some_id<ContractId>(),
        .deal = some_id<DealId>(),
        .buyer = some_id<OrganisationId>(),
        .seller = some_id<OrganisationId>(),
        .drafter = some_id<OrganisationId>(),
        .state = ContractState::terminating,
        .state_reason = odd_text,
        .content =
            {.kind = ContractKind::transfer,
             .sub_kind = ContractSubKind::know_how,
             .project_name = "正极材料转让𠮷",
             .subject = odd_text,
             .performance = "履行",
             .confidentiality = "保密",
             .results_ownership = "归属",
             .definitions = "术语",
             .risk = "风险",
             .valid_from = Date{2026, 11, 22},
             .valid_to = Date{2036, 11, 21},
             .terms = full_terms(),
             .non_technical = {{"设备", 1}, {"", fen_max}},
             .ip_items =
                 {{"一种正极材料",
                   "ZL202110000001.4",
                   "某大学𠮷",
                   Date{2021, 1, 1},
                   Date{2041, 1, 1}}}},
        .document_hash = some_hash(),
        .signatures = {},
        .termination_by = some_id<OrganisationId>(),
        .effective_at = early,
        .created_at = early,
        .updated_at = late,
        .version = 0};
}

Event full_event(const std::string& object) {
    return {
        .id = some_id<EventId>(),
        .object = object,
        .object_version = 1,
        .name = "listing.publish",
        .from = "submitted",
        .to = "published",
        .member = some_id<MemberId>(),
        .reason = odd_text,
        .facts = {{"price_fen", "125000000"}, {"", ""}, {"名:,", "值😀"}},
        .audience = {some_id<OrganisationId>(), some_id<OrganisationId>()},
        .operators_told = true,
        .everyone_told = true,
        .at = early};
}

} // namespace jishi::testing
