#include "market/contract_process.hpp"
#include "market/deal_process.hpp"
#include "market/listing_process.hpp"
#include "market/small_processes.hpp"
#include "tests/market/process_spec.hpp"

#include <gtest/gtest.h>

namespace jishi::market {
namespace {

TEST(ProcessTable, AnOrganisationIsVerifiedByTheOperatorAlone) {
    const ProcessSpec<VerificationState, VerificationEvent> spec(R"(
        // from       event                  actors           to          guard reason
        none          register_organisation  system           unverified  -     -
        unverified    submit                 admin            submitted   -     -
        unverified    reject                 market_operator  rejected    -     reason   // a squatter
        submitted     approve                market_operator  verified    -     -
        submitted     reject                 market_operator  rejected    -     reason
        rejected      submit                 admin            submitted   -     -
        verified      suspend                market_operator  suspended   -     reason
        suspended     restore                market_operator  verified    -     -
    )");
    spec.is_told_by(small_rows::verification);
}

TEST(ProcessTable, EachSideOfAMatchAnswersAndMayChangeAYesIntoANo) {
    const ProcessSpec<Answer, MatchEvent> spec(R"(
        // from            event    actors                      to         guard reason
        none               propose  system                      pending    -     -
        pending            accept   need_side,achievement_side  accepted   -     -
        pending,accepted   dismiss  need_side,achievement_side  dismissed  -     reason
    )");
    spec.is_told_by(small_rows::answer);
}

TEST(ProcessTable, AMandateIsOfferedByABrokerAndAnsweredByThePrincipal) {
    const ProcessSpec<MandateState, MandateEvent> spec(R"(
        // from    event     actors     to         guard reason
        none       offer     broker     offered    -     -
        offered    accept    principal  accepted   -     -
        offered    decline   principal  declined   -     reason
        offered    withdraw  broker     withdrawn  -     -
        accepted   revoke    principal  revoked    -     reason
        accepted   end       broker     ended      -     -
    )");
    spec.is_told_by(small_rows::mandate);
}

// What an achievement and a need have in common.
constexpr std::string_view listing_spec = R"(
    // from               event             actors           to          guard          reason
    none                  create            owner            draft       -              -
    draft,returned        revise            owner            same        -              -
    draft,returned        submit            owner            submitted   -              -
    draft,returned        withdraw          owner            withdrawn   -              -
    submitted             return_to_owner   market_operator  returned    -              reason
    submitted             publish           market_operator  published   -              -
    submitted             withdraw          owner            withdrawn   -              -
    published,engaged     revise            owner            same        -              -
    published,engaged     approve_revision  market_operator  same        -              -
    published,engaged     decline_revision  market_operator  same        -              reason
    published             engage            system           engaged     -              -
    engaged               disengage         system           published   -              -
    // nobody takes a listing away from people who negotiate on it
    published             withdraw          owner            withdrawn   -              -
    published             expire            system           expired     -              -
    published,engaged     suspend           market_operator  suspended   -              reason
    suspended             restore           market_operator  published   no_open_deals  -
    suspended             restore           market_operator  engaged     open_deals     -
    suspended             withdraw          owner            withdrawn   no_open_deals  -
    expired               renew             owner            published   -              -
    expired               revise            owner            draft       -              -
    expired               withdraw          owner            withdrawn   -              -
)";

TEST(ProcessTable, AnAchievementLivesUntilItIsWithdrawnOrClosedByAContract) {
    const ProcessSpec<ListingState, ListingEvent> spec(std::string(listing_spec) + R"(
        published,engaged     close_by_contract  system           closed     -  -
        closed                reopen             market_operator  published  -  reason
    )");
    spec.is_told_by(listing_rows::achievement);
}

TEST(ProcessTable, ANeedLivesUntilItsOwnerSaysHowItEnded) {
    const ProcessSpec<ListingState, ListingEvent> spec(std::string(listing_spec) + R"(
        published,engaged     solve            owner  solved    -  reason
        published             close_unsolved   owner  unsolved  -  reason
    )");
    spec.is_told_by(listing_rows::need);
}

TEST(ProcessTable, ADealMovesByOffersThatTheOtherSideAnswers) {
    const ProcessSpec<DealState, DealEvent> spec(R"(
        // from                          event                  actors               to               guard reason
        none                             inquire                buyer,seller,broker  inquiry          -     -
        none,inquiry                     request_quote          buyer,broker         quote_requested  -     -
        none,inquiry                     make_offer             buyer,seller,broker  offer_pending    -     -
        quote_requested                  make_offer             seller,broker        offer_pending    -     -
        quote_requested                  reject                 seller               rejected         -     reason
        offer_pending                    counter                receiver,broker      counter_pending  -     -
        counter_pending                  counter                receiver,broker      offer_pending    -     -
        // a broker never binds its principal
        offer_pending,counter_pending    accept                 receiver             terms_agreed     -     -
        offer_pending,counter_pending    reject                 receiver             rejected         -     reason
        offer_pending,counter_pending    declare_related_party  buyer,seller         same             -     -
        inquiry,quote_requested          reveal_identity        buyer                same             -     -
        offer_pending,counter_pending    reveal_identity        buyer                same             -     -
        inquiry,quote_requested          withdraw               buyer,seller         withdrawn        -     reason
        offer_pending,counter_pending    withdraw               buyer,seller         withdrawn        -     reason
        terms_agreed                     withdraw               buyer,seller         withdrawn        -     reason
        quote_requested                  operator_reject        market_operator      rejected         -     reason
        offer_pending,counter_pending    operator_reject        market_operator      rejected         -     reason
        inquiry,quote_requested          operator_withdraw      market_operator      withdrawn        -     reason
        offer_pending,counter_pending    operator_withdraw      market_operator      withdrawn        -     reason
        terms_agreed                     operator_withdraw      market_operator      withdrawn        -     reason
        // every waiting state ends in time, and with a rival's contract
        inquiry,quote_requested          expire                 system               expired          -     -
        offer_pending,counter_pending    expire                 system               expired          -     -
        terms_agreed                     expire                 system               expired          -     -
        inquiry,quote_requested          close_by_rival         system               closed_by_rival  -     -
        offer_pending,counter_pending    close_by_rival         system               closed_by_rival  -     -
        terms_agreed                     close_by_rival         system               closed_by_rival  -     -
        terms_agreed                     contract_effective     system               contracted       -     -
    )");
    spec.is_told_by(deal_rows::deal);
}

TEST(ProcessTable, AContractIsReviewedByTheOtherSideAndSignedByBoth) {
    const ProcessSpec<ContractState, ContractEvent> spec(R"(
        // from                  event                actors                to           guard            reason
        none                     create               buyer,seller          draft        -                -
        draft,returned           revise               drafter               same         -                -
        draft,returned           submit               drafter               in_review    -                -
        draft,returned           cancel               drafter               cancelled    -                reason
        in_review                return_to_drafter    counterparty          returned     -                reason
        in_review                approve              counterparty          signing      -                -
        signing                  sign                 signatory             signing      more_signatures  -
        signing                  sign                 signatory             effective    last_signature   -
        signing                  decline              buyer,seller          cancelled    -                reason
        draft,returned           close_by_rival       system                cancelled    -                -
        in_review,signing        close_by_rival       system                cancelled    -                -
        effective                start                buyer,seller          performing   -                -
        performing               complete             buyer                 completed    -                -
        effective,performing     propose_termination  buyer,seller          terminating  -                reason
        terminating              agree_termination    other_party           terminated   -                -
        terminating              refuse_termination   proposer,other_party  performing   -                -
        effective,performing     dispute              buyer,seller          disputed     -                reason
        terminating              dispute              buyer,seller          disputed     -                reason
        disputed                 resolve_continue     market_operator       performing   -                reason
        disputed                 resolve_terminate    market_operator       terminated   -                reason
    )");
    spec.is_told_by(contract_rows::contract);
}

} // namespace
} // namespace jishi::market
