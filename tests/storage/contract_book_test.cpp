#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

Signature full_signature(OrganisationId organisation, Instant at) {
    return {organisation, some_id<MemberId>(), some_hash(), at};
}

TEST(ContractBook, KeepsEveryFieldOfAContract) {
    Market m;
    auto contract = full_contract();
    m.books.contracts.put(contract);
    expect_filled(contract);
    expect_filled(contract.content);
    expect_same(*m.books.contracts.find(contract.id), contract);
    expect_same(m.books.contracts.find(contract.id)->content, contract.content);
    expect_same(*m.books.contracts.take(contract.id), contract);

    Contract bare;
    bare.id = some_id<ContractId>();
    m.books.contracts.put(bare);
    expect_same(*m.books.contracts.find(bare.id), bare);
    auto stale = bare;
    m.books.contracts.put(bare);
    EXPECT_EQ(kind_of_error([&] { m.books.contracts.put(stale); }), Kind::conflict);
}

TEST(ContractBook, ASideSignsOnceAndSignaturesComeInTheOrderTheyWereMade) {
    Market m;
    auto contract = full_contract();
    m.books.contracts.put(contract);
    const auto second = full_signature(contract.buyer, test_now + 1);
    const auto first = full_signature(contract.seller, test_now);
    expect_filled(first);
    m.books.contracts.add_signature(contract.id, second);
    m.books.contracts.add_signature(contract.id, first);
    EXPECT_EQ(
        kind_of_error([&] {
            m.books.contracts.add_signature(contract.id, full_signature(contract.buyer, test_now));
        }),
        Kind::duplicate
    );
    const auto taken = m.books.contracts.take(contract.id);
    for (const auto& signatures :
         {m.books.contracts.find(contract.id)->signatures, taken->signatures}) {
        ASSERT_EQ(signatures.size(), 2U);
        expect_same(signatures[0], first);
        expect_same(signatures[1], second);
    }
    m.books.contracts.put(contract); // leaves the signatures alone
    EXPECT_EQ(m.books.contracts.find(contract.id)->signatures.size(), 2U);
}

TEST(ContractBook, ADealHasOneContractThatIsNotCancelled) {
    Market m;
    auto contract = full_contract(), next = full_contract();
    next.deal = contract.deal;
    m.books.contracts.put(contract);
    EXPECT_EQ(m.books.contracts.find_by_deal(contract.deal), contract.id);
    EXPECT_EQ(error_of([&] { m.books.contracts.put(next); }).constraint, "uq_contract_open_deal");
    contract.state = ContractState::cancelled;
    m.books.contracts.put(contract);
    EXPECT_FALSE(m.books.contracts.find_by_deal(contract.deal));
    m.books.contracts.put(next);
    EXPECT_EQ(m.books.contracts.find_by_deal(contract.deal), next.id);
    contract.state = ContractState::draft;
    EXPECT_EQ(
        error_of([&] { m.books.contracts.put(contract); }).constraint, "uq_contract_open_deal"
    );
}

TEST(ContractBook, APartysContractsArePagedWithTheirSignatures) {
    Market m;
    const auto party = some_id<OrganisationId>();
    std::vector<ContractId> expected;
    for (int i = 0; i < 5; ++i) {
        auto contract = full_contract();
        (i % 2 == 0 ? contract.buyer : contract.seller) = party;
        contract.state = i < 3 ? ContractState::signing : ContractState::performing;
        m.books.contracts.put(contract);
        for (int signatures = 0; signatures < i % 3; ++signatures)
            m.books.contracts.add_signature(
                contract.id,
                full_signature(signatures == 0 ? contract.buyer : contract.seller, test_now)
            );
        expected.insert(expected.begin(), contract.id);
    }
    const auto list = [&](std::optional<ContractState> state) {
        return [&m, party, state](const PageRequest& page) {
            return m.books.contracts.list_of_party(party, state, page);
        };
    };
    EXPECT_EQ(walk(list({}), 2), expected);
    EXPECT_EQ(walk(list(ContractState::signing), 100).size(), 3U);
    std::vector<std::size_t> signatures;
    for (const auto& contract : list({})({.before = {}, .limit = 100}))
        signatures.push_back(contract.signatures.size());
    EXPECT_EQ(signatures, (std::vector<std::size_t>{1, 0, 2, 1, 0}));
    EXPECT_TRUE(m.books.contracts.list_of_party(some_id<OrganisationId>(), {}, {}).empty());
}

} // namespace
} // namespace jishi::storage
