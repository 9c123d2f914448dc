// The API's own description, as the running program serves it, held against the table of its
// addresses.
#include "tests/scenario/crowded_market.hpp"
#include "tests/support/promised_routes.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

namespace jishi::test {
namespace {

using Node = rapidjson::Value;

std::string lower(std::string_view text) {
    std::string all(text);
    std::ranges::transform(all, all.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return all;
}

class OpenApi : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        HttpClient http("127.0.0.1", CrowdedMarket::instance().port());
        served_ = http.get("/api/v1/openapi.json");
        document_.Parse(served_.body);
    }
    void SetUp() override {
        ASSERT_EQ(served_.status, 200);
        ASSERT_FALSE(document_.HasParseError());
    }

    // Every operation as (path, method, node).
    static void each_operation(
        const std::function<void(const std::string&, const std::string&, const Node&)>& visit
    ) {
        for (const auto& path : document_["paths"].GetObject())
            for (const auto& method : path.value.GetObject())
                visit(path.name.GetString(), method.name.GetString(), method.value);
    }

    static void
    each_reference(const Node& node, const std::function<void(const std::string&)>& visit) {
        if (node.IsArray())
            for (const auto& entry : node.GetArray())
                each_reference(entry, visit);
        if (!node.IsObject()) return;
        for (const auto& member : node.GetObject()) {
            if (std::string_view(member.name.GetString()) == "$ref")
                visit(member.value.GetString());
            each_reference(member.value, visit);
        }
    }

    static bool declares(const Node& operation, const std::string& name, const std::string& where) {
        for (const auto& parameter : operation["parameters"].GetArray())
            if (parameter["name"].GetString() == name && parameter["in"].GetString() == where)
                return true;
        return false;
    }

    inline static Response served_;
    inline static rapidjson::Document document_;
};

TEST_F(OpenApi, IsOneJsonDocumentForEverybody) {
    EXPECT_EQ(served_.header("content-type"), "application/json");
    EXPECT_STREQ(document_["openapi"].GetString(), "3.1.0");
    EXPECT_STRNE(document_["info"]["title"].GetString(), "");
    EXPECT_STRNE(document_["info"]["version"].GetString(), "");
}

TEST_F(OpenApi, NamesEveryAddressAndNoOther) {
    std::set<std::string> promised, described;
    for (const auto& route : promised_routes().all())
        promised.insert(
            lower(protocol::method_name(route.method)) + " " + std::string(route.pattern) + " " +
            std::string(route.operation)
        );
    each_operation([&](const std::string& path, const std::string& method, const Node& operation) {
        described.insert(method + " " + path + " " + operation["operationId"].GetString());
    });
    EXPECT_EQ(described, promised);
}

TEST_F(OpenApi, CallsNoTwoOperationsAlike) {
    std::set<std::string> names;
    each_operation([&](const std::string& path, const std::string&, const Node& operation) {
        EXPECT_TRUE(names.insert(operation["operationId"].GetString()).second) << path;
    });
    EXPECT_EQ(names.size(), promised_routes().all().size());
}

TEST_F(OpenApi, RefersToNothingThatIsNotThere) {
    std::size_t count = 0;
    each_reference(document_, [&](const std::string& reference) {
        ++count;
        const rapidjson::Pointer pointer(reference.c_str());
        EXPECT_TRUE(pointer.IsValid() && pointer.Get(document_)) << reference;
    });
    EXPECT_GT(count, promised_routes().all().size());
    std::set<std::string> used;
    each_reference(document_, [&](const std::string& reference) { used.insert(reference); });
    for (const auto& schema : document_["components"]["schemas"].GetObject())
        EXPECT_TRUE(used.contains(std::string("#/components/schemas/") + schema.name.GetString()))
            << schema.name.GetString();
}

TEST_F(OpenApi, SaysWhatEverySuccessAnswers) {
    for (const auto& route : promised_routes().all()) {
        SCOPED_TRACE(route.operation);
        const auto& operation = document_["paths"][std::string(route.pattern)]
                                         [lower(protocol::method_name(route.method))];
        const auto status = std::to_string(route.success);
        ASSERT_TRUE(operation["responses"].HasMember(status));
        EXPECT_TRUE(operation["responses"].HasMember("default")) << "how it refuses";
        const auto& success = operation["responses"][status];
        EXPECT_TRUE(success.HasMember("description"));
        if (route.success == 204 || route.live) {
            EXPECT_FALSE(success.HasMember("content"));
            continue;
        }
        ASSERT_TRUE(success.HasMember("content"));
        const auto& content = success["content"];
        if (!content.HasMember("application/json")) continue;
        EXPECT_TRUE(content["application/json"].HasMember("schema"));
    }
}

// Held against what comes: whatever answers JSON has a JSON schema, and whatever does not, has not.
TEST_F(OpenApi, DeclaresTheMediaTypeThatIsServed) {
    HttpClient http("127.0.0.1", CrowdedMarket::instance().port());
    for (const auto& route : promised_routes().all()) {
        if (route.method != protocol::Method::get || route.live ||
            route.pattern.find('{') != std::string_view::npos)
            continue;
        const auto response = http.get(
            route.pattern,
            {{"Authorization", "Bearer " + CrowdedMarket::instance().person("operator").token()}}
        );
        ASSERT_EQ(response.status, 200) << route.operation;
        const auto& content =
            document_["paths"][std::string(route.pattern)]["get"]["responses"]["200"]["content"];
        const auto type = response.header("content-type");
        EXPECT_TRUE(content.HasMember(type.substr(0, type.find(';'))))
            << route.operation << " " << type;
    }
}

TEST_F(OpenApi, AsksForWhatTheAddressNeeds) {
    for (const auto& route : promised_routes().all()) {
        SCOPED_TRACE(route.operation);
        const auto& operation = document_["paths"][std::string(route.pattern)]
                                         [lower(protocol::method_name(route.method))];
        EXPECT_EQ(
            operation.HasMember("requestBody"), route.request != nullptr || !route.consumes.empty()
        );
        EXPECT_EQ(declares(operation, "If-Match", "header"), route.needs_if_match);
        EXPECT_EQ(declares(operation, "Idempotency-Key", "header"), route.needs_idempotency_key);
        EXPECT_EQ(
            declares(operation, "id", "path"), route.pattern.find("{id}") != std::string_view::npos
        );
        for (const auto& field : route.query)
            EXPECT_TRUE(declares(operation, std::string(field.name), "query")) << field.name;
        EXPECT_EQ(operation["security"].Empty(), route.auth == protocol::Auth::none);
    }
}

} // namespace
} // namespace jishi::test
