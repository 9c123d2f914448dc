#include "tests/protocol/market_house.hpp"

namespace jishi::protocol::house {

namespace {

std::vector<Route> routes_of(const Services& services) {
    std::vector<Route> all;
    for (const auto routes :
         {party_routes,
          member_routes,
          session_routes,
          token_routes,
          deal_routes,
          mandate_routes,
          contract_routes})
        for (auto& route : routes(services))
            all.push_back(std::move(route));
    return all;
}

std::optional<json::Value> step(const json::Value& value, const std::string& name) {
    if (value.is_object()) return value.object().find(name);
    const auto index = static_cast<std::size_t>(std::stoul(name));
    if (value.is_array() && index < value.array().size()) return value.array()[index];
    return {};
}

std::string spelt(const json::Value& value) {
    if (value.is_text()) return std::string(value.text());
    if (value.is_integer()) return std::to_string(value.integer());
    if (value.is_boolean()) return value.boolean() ? "true" : "false";
    if (value.is_object()) return "{...}";
    if (!value.is_array()) return "null";
    std::string all;
    for (const auto each : value.array())
        all += (all.empty() ? "" : " ") + spelt(each);
    return "[" + all + "]";
}

std::optional<json::Value> find(const json::Document& document, std::string_view pointer) {
    if (document.empty()) return {};
    std::optional<json::Value> found = document.root();
    while (found && !pointer.empty()) {
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.size(), pointer.find('/'));
        found = step(*found, std::string(pointer.substr(0, end)));
        pointer.remove_prefix(end);
    }
    return found;
}

market::ListingContent
content_of(market::ListingKind kind, market::Confidentiality confidentiality) {
    market::ListingContent content;
    content.title = kind == market::ListingKind::need ? "寻求高镍正极材料" : "高镍正极材料制备方法";
    content.summary = "一种面向动力电池的高镍正极材料及其制备方法，循环寿命长。";
    content.confidential = "烧结温度 742 摄氏度";
    content.fields = {market::TechnologyField::new_materials};
    content.modes = {market::CooperationMode::exclusive_licence};
    content.confidentiality = confidentiality;
    return content;
}

} // namespace

std::string Answer::at(std::string_view pointer) const {
    const auto found = find(document, pointer);
    return found ? spelt(*found) : "null";
}

std::string Answer::outcome() const {
    std::string text = std::to_string(status);
    if (status < 400) return text;
    text += " " + at("/type").substr(std::string_view("/problems/").size());
    for (std::size_t i = 0; find(document, "/errors/" + std::to_string(i)); ++i) {
        const auto error = "/errors/" + std::to_string(i);
        text += " " + at(error + "/pointer") + " " + at(error + "/reason");
    }
    return text;
}

MarketHouse::MarketHouse()
    : services_{
          .in_unit = [this](const UnitWork& work
                     ) { return store_.run([&](market::Books& books) { return work(books); }); },
          .snapshot = [] { return nullptr; },
          .now = [this] { return now; },
          .cursors = Cursors({}),
          .read_events = {},
          .end_live = [this](market::MemberId id) { ended.push_back(id); },
      },
      routes_(routes_of(services_)), callbacks_{.authenticate = [this](const Request& request) {
          return authenticate_bearer(services_, request);
      }} {
    storage::Connection connection(where_);
    storage::migrate(connection);
}

Answer MarketHouse::send(
    std::string_view method,
    std::string_view target,
    const std::string& token,
    const Sending& sending
) {
    const Dispatcher dispatcher(routes_, callbacks_);
    Request request;
    request.method = *parse_method(method);
    request.body = sending.body;
    if (!sending.body.empty()) request.headers.content_type = "application/json";
    if (!token.empty()) request.headers.authorization = "Bearer " + token;
    request.headers.if_match = sending.etag;
    request.headers.idempotency_key =
        sending.key.empty() ? "key-" + std::to_string(++keys_) : sending.key;

    const auto match = dispatcher.open(request, target);
    if (!match) {
        ADD_FAILURE() << method << " " << target << " is no address";
        return {};
    }
    const auto& route = *match->route;
    const auto reply = dispatcher.serve(request, route);
    const auto* location = reply.header("Location");
    Answer answer{
        .status = reply.status,
        .body = reply.body,
        .etag = reply.etag,
        .location = location ? *location : "",
        .replayed = reply.header("Idempotency-Replayed") != nullptr,
    };
    if (auto parsed = json::parse(reply.body)) answer.document = *parsed;
    EXPECT_LT(reply.status, 500) << reply.body;
    if (reply.status >= 400) return answer;
    EXPECT_EQ(reply.status, route.success) << method << " " << target;
    if (!route.response) return answer;
    for (const auto& misfit : json::fits(*route.response, reply.body))
        ADD_FAILURE() << method << " " << target << ": " << misfit << "\n" << reply.body;
    return answer;
}

Answer MarketHouse::act(const std::string& thing, const Person& who, const std::string& body) {
    return send(
        "POST", thing + "/actions", who.token, {.body = body, .etag = get(thing, who).etag}
    );
}

std::string MarketHouse::fresh_uscc() {
    const auto body = "91330106" + std::to_string(100'000'000 + ++usccs_);
    const auto refused = market::check_uscc("", body + "0");
    return body + (refused ? refused->bound : "0"); // the refusal tells the check character
}

std::string MarketHouse::registration(
    const std::string& login, std::string_view kind, const std::string& password
) {
    return R"({"organisation":{"uscc":")" + fresh_uscc() + R"(","name":"机构 )" + login +
           R"(","kind":")" + std::string(kind) + R"(","division":"330106"},"member":{"login":")" +
           login + R"(","name":"张三","password":")" + password + R"("}})";
}

Person MarketHouse::sign_in(const std::string& login) {
    const auto answer = send(
        "POST",
        "/api/v1/sessions",
        "",
        {.body =
             R"({"login":")" + login + R"(","password":")" + std::string(good_password) + R"("})"}
    );
    EXPECT_EQ(answer.outcome(), "201");
    return {answer.at("/token"), answer.at("/organisation/id"), answer.at("/member/id")};
}

Person MarketHouse::operate() {
    if (operator_) return *operator_;
    const market::OrganisationDraft draft{
        .uscc = fresh_uscc(),
        .name = "技术市场管理处",
        .division = "330106",
        .industry = {},
        .kind = market::OrganisationKind::government};
    const market::MemberDraft first{
        .login = "bureau",
        .name = "李四",
        .roles = {},
        .password_hash = hash_password(good_password)};
    const auto registered = store_.run([&](market::Books& books) {
        return market::register_organisation(books, draft, first, true);
    });
    EXPECT_TRUE(registered.ok());
    operator_ = sign_in("bureau");
    return *operator_;
}

Person MarketHouse::join(market::OrganisationKind kind, const std::string& login, bool verified) {
    const auto body = registration(login, market::name_of(kind), std::string(good_password));
    EXPECT_EQ(send("POST", "/api/v1/organisations", "", {.body = body}).outcome(), "201");
    const auto person = sign_in(login);
    if (!verified) return person;
    const auto organisation = "/api/v1/organisations/" + person.organisation;
    EXPECT_EQ(act(organisation, person, R"({"action":"submit"})").at("/state"), "submitted");
    EXPECT_EQ(act(organisation, operate(), R"({"action":"approve"})").at("/state"), "verified");
    return person;
}

market::Caller MarketHouse::caller_of(const Person& person) {
    return store_.run([&](market::Books& books) {
        return *market::authenticate(books, sha256_hex(person.token));
    });
}

std::string MarketHouse::publish(
    const Person& owner, market::ListingKind kind, market::Confidentiality confidentiality
) {
    const auto by = caller_of(owner);
    const auto reviewer = caller_of(operate());
    return store_.run([&](market::Books& books) {
        using market::ListingEvent;
        const market::ListingDraft draft{
            .kind = kind, .content = content_of(kind, confidentiality), .source_id = {}};
        const auto listing = market::create_listing(books, by, draft);
        EXPECT_TRUE(listing.ok());
        EXPECT_TRUE(
            market::act_on_listing(books, by, listing->id, ListingEvent::submit, {}, {}).ok()
        );
        EXPECT_TRUE(
            market::act_on_listing(books, reviewer, listing->id, ListingEvent::publish, {}, {}).ok()
        );
        return listing->id.text();
    });
}

} // namespace jishi::protocol::house
