#include "tests/storage/market_fixture.hpp"

namespace jishi::storage {
namespace {

using namespace jishi::testing;
using namespace jishi::market;

TEST(PartyBook, KeepsEveryFieldOfAnOrganisation) {
    Market m;
    auto organisation = full_organisation();
    m.books.parties.put_organisation(organisation);
    expect_filled(organisation);
    EXPECT_EQ(organisation.version, 1U);
    expect_same(*m.books.parties.find_organisation(organisation.id), organisation);
    expect_same(*m.books.parties.find_organisation_by_uscc(organisation.uscc), organisation);
    expect_same(*m.books.parties.take_organisation(organisation.id), organisation);
    EXPECT_FALSE(m.books.parties.find_organisation(some_id<OrganisationId>()));

    Organisation blank;
    blank.id = some_id<OrganisationId>();
    m.books.parties.put_organisation(blank);
    expect_same(*m.books.parties.find_organisation(blank.id), blank);
}

TEST(PartyBook, AStalePutIsAConflictAndChangesNothing) {
    Market m;
    auto organisation = full_organisation();
    m.books.parties.put_organisation(organisation);
    auto first = *m.books.parties.find_organisation(organisation.id);
    auto second = first;
    first.name = "first";
    m.books.parties.put_organisation(first);
    EXPECT_EQ(first.version, 2U);
    second.name = "second";
    EXPECT_EQ(kind_of_error([&] { m.books.parties.put_organisation(second); }), Kind::conflict);
    EXPECT_EQ(second.version, 1U);
    EXPECT_EQ(m.books.parties.find_organisation(organisation.id)->name, "first");

    auto unknown = full_organisation();
    unknown.version = 1;
    EXPECT_EQ(kind_of_error([&] { m.books.parties.put_organisation(unknown); }), Kind::conflict);
}

TEST(PartyBook, PutWithEqualValuesIsStillANewVersion) {
    Market m;
    auto organisation = full_organisation();
    for (std::uint32_t version = 1; version <= 3; ++version) {
        m.books.parties.put_organisation(organisation);
        EXPECT_EQ(m.books.parties.find_organisation(organisation.id)->version, version);
    }
}

TEST(PartyBook, ACreditCodeAndALoginBelongToOne) {
    Market m;
    auto organisation = full_organisation(), twin = full_organisation();
    twin.uscc = organisation.uscc;
    m.books.parties.put_organisation(organisation);
    EXPECT_EQ(
        error_of([&] { m.books.parties.put_organisation(twin); }).constraint,
        "uq_organisation_open_uscc"
    );
    auto member = full_member(organisation.id), namesake = full_member(organisation.id);
    namesake.login = member.login;
    m.books.parties.put_member(member);
    EXPECT_EQ(
        error_of([&] { m.books.parties.put_member(namesake); }).constraint, "uq_member_login"
    );
}

TEST(PartyBook, AnUnknownNameInAColumnIsCorruption) {
    Market m;
    auto organisation = full_organisation();
    m.books.parties.put_organisation(organisation);
    m.connection.execute("UPDATE organisation SET state = 'invented'");
    EXPECT_EQ(
        kind_of_error([&] { m.books.parties.find_organisation(organisation.id); }), Kind::corrupt
    );
}

TEST(PartyBook, PagesShowEachOrganisationOnceNewestFirst) {
    Market m;
    std::vector<OrganisationId> all, verified;
    for (int i = 0; i < 7; ++i) {
        auto organisation = full_organisation();
        organisation.state =
            i % 2 == 0 ? VerificationState::verified : VerificationState::submitted;
        m.books.parties.put_organisation(organisation);
        all.insert(all.begin(), organisation.id);
        if (i % 2 == 0) verified.insert(verified.begin(), organisation.id);
    }
    const auto list = [&](std::optional<VerificationState> state) {
        return [&m, state](const PageRequest& page) {
            return m.books.parties.list_organisations(state, page);
        };
    };
    for (const std::uint32_t size : {1U, 3U, 7U, 100U}) {
        EXPECT_EQ(walk(list({}), size), all) << size;
        EXPECT_EQ(walk(list(VerificationState::verified), size), verified) << size;
    }
    for (const std::uint32_t size : {0U, 101U})
        EXPECT_EQ(kind_of_error([&] { list({})({.before = {}, .limit = size}); }), Kind::misuse);
}

TEST(PartyBook, KeepsEveryFieldOfAMemberAndListsThoseOfAnOrganisation) {
    Market m;
    const auto organisation = some_id<OrganisationId>();
    auto first = full_member(organisation), second = full_member(organisation);
    auto stranger = full_member(some_id<OrganisationId>());
    second.roles = {};
    for (auto* member : {&first, &second, &stranger})
        m.books.parties.put_member(*member);
    expect_filled(first);
    expect_same(*m.books.parties.find_member(first.id), first);
    expect_same(*m.books.parties.find_member_by_login(second.login), second);
    const auto members = m.books.parties.members_of(organisation);
    ASSERT_EQ(members.size(), 2U);
    expect_same(members[0], first);
    expect_same(members[1], second);
}

TEST(PartyBook, ACredentialIsInsertedThenReplaced) {
    Market m;
    Credential credential{some_id<MemberId>(), "$argon2id$v=19$", 4, test_now};
    expect_filled(credential);
    EXPECT_FALSE(m.books.parties.take_credential(credential.member));
    m.books.parties.put_credential(credential);
    expect_same(*m.books.parties.take_credential(credential.member), credential);
    m.books.parties.put_credential(credential); // equal values are no second row
    credential.locked_until.reset();
    credential.failures = 0;
    m.books.parties.put_credential(credential);
    expect_same(*m.books.parties.take_credential(credential.member), credential);
    EXPECT_EQ(m.number("SELECT COUNT(*) FROM credential"), 1);
}

TEST(PartyBook, ASessionComesWithItsMemberAndOrganisationAsTheyAreNow) {
    Market m;
    auto organisation = full_organisation();
    auto member = full_member(organisation.id);
    const auto session = full_session(member.id);
    expect_filled(session);
    m.books.parties.put_organisation(organisation);
    m.books.parties.put_member(member);
    m.books.parties.add_session(session);
    member.status = MemberStatus::active;
    m.books.parties.put_member(member);
    const auto found = m.books.parties.find_session(session.secret_hash);
    ASSERT_TRUE(found);
    expect_same(found->session, session);
    expect_same(found->member, member);
    expect_same(found->organisation, organisation);
    EXPECT_FALSE(m.books.parties.find_session(some_hash()));
    auto copy = full_session(member.id);
    copy.secret_hash = session.secret_hash;
    EXPECT_EQ(error_of([&] { m.books.parties.add_session(copy); }).constraint, "uq_session_secret");
}

struct Sessions : Market {
    MemberId member = some_id<MemberId>();

    SessionId add(SessionKind kind, Instant expires_at) {
        auto session = full_session(member);
        session.kind = kind;
        session.revoked_at.reset();
        session.expires_at = expires_at;
        books.parties.add_session(session);
        return session.id;
    }
    std::vector<SessionId> live(SessionKind kind) {
        std::vector<SessionId> ids;
        for (const auto& session : books.parties.sessions_of(member, kind))
            ids.push_back(session.id);
        return ids;
    }
};

TEST(PartyBook, OnlySessionsNeitherRevokedNorExpiredAreListed) {
    Sessions m;
    const auto token = m.add(SessionKind::api_token, test_now + 1);
    m.add(SessionKind::api_token, test_now);
    const auto login = m.add(SessionKind::login, test_now + 1);
    EXPECT_EQ(m.live(SessionKind::api_token), std::vector{token});
    EXPECT_EQ(m.live(SessionKind::login), std::vector{login});
}

TEST(PartyBook, ASessionIsRevokedOnceAndByItsOwnMember) {
    Sessions m;
    const auto token = m.add(SessionKind::api_token, test_now + 1);
    const auto expired = m.add(SessionKind::api_token, test_now);
    auto& parties = m.books.parties;
    EXPECT_FALSE(parties.revoke_session(token, some_id<MemberId>(), test_now));
    EXPECT_FALSE(parties.revoke_session(expired, m.member, test_now));
    EXPECT_TRUE(parties.revoke_session(token, m.member, test_now));
    EXPECT_FALSE(parties.revoke_session(token, m.member, test_now));
    EXPECT_TRUE(m.live(SessionKind::api_token).empty());
}

TEST(PartyBook, AllSessionsOfAMemberAreRevokedButOne) {
    Sessions m;
    const auto kept = m.add(SessionKind::login, test_now + 1);
    m.add(SessionKind::login, test_now + 1);
    m.add(SessionKind::api_token, test_now + 1);
    m.books.parties.revoke_sessions_of(m.member, test_now, kept);
    EXPECT_EQ(m.live(SessionKind::login), std::vector{kept});
    EXPECT_TRUE(m.live(SessionKind::api_token).empty());
    m.books.parties.revoke_sessions_of(m.member, test_now, {});
    EXPECT_TRUE(m.live(SessionKind::login).empty());
}

} // namespace
} // namespace jishi::storage
