#include "protocol/routes.hpp"

#include "protocol/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace jishi::protocol {

// One path segment of the tree of patterns. A literal child goes before the {parameter} child.
struct RouteTable::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::map<Method, std::size_t> routes; // by index into routes_

    const Node* find(std::span<const std::string> segments) const {
        if (segments.empty()) return routes.empty() ? nullptr : this;
        if (const auto literal = literals.find(segments[0]); literal != literals.end())
            if (const auto* found = literal->second->find(segments.subspan(1))) return found;
        return parameter ? parameter->find(segments.subspan(1)) : nullptr;
    }
};

namespace {

bool is_parameter(std::string_view part) {
    return part.starts_with('{') && part.ends_with('}');
}

std::vector<PathValue>
path_values_of(const Route& route, const std::vector<std::string>& segments) {
    std::vector<PathValue> values;
    const auto parts = split(route.pattern.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i)
        if (is_parameter(parts[i]))
            values.push_back({parts[i].substr(1, parts[i].size() - 2), segments[i]});
    return values;
}

std::string allow_of(const std::map<Method, std::size_t>& routes) {
    std::set<std::string_view> names{"OPTIONS"};
    for (const auto& [method, index] : routes) {
        names.insert(method_name(method));
        if (method == Method::get) names.insert("HEAD");
    }
    std::string allow;
    for (const auto name : names)
        (allow += allow.empty() ? "" : ", ") += name;
    return allow;
}

} // namespace

RouteTable::RouteTable(std::vector<Route> routes)
    : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
    std::set<std::string_view> operations;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (!operations.insert(routes_[i].operation).second)
            throw std::logic_error("two routes are called " + std::string(routes_[i].operation));
        insert(i);
    }
}

RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;
RouteTable::~RouteTable() = default;

void RouteTable::insert(std::size_t index) {
    const auto& route = routes_[index];
    if (!route.pattern.starts_with('/'))
        throw std::logic_error("no absolute path: " + std::string(route.pattern));
    auto* node = root_.get();
    if (route.pattern != "/")
        for (const auto part : split(route.pattern.substr(1), '/')) {
            auto& child = is_parameter(part) ? node->parameter : node->literals[std::string(part)];
            if (!child) child = std::make_unique<Node>();
            node = child.get();
        }
    if (!node->routes.emplace(route.method, index).second)
        throw std::logic_error("two routes answer " + std::string(route.pattern));
}

market::Result<RouteTable::Match> RouteTable::find(Method method, const Target& target) const {
    const auto* node = root_->find(target.segments);
    if (!node) return market::RefusalCode::route_not_found;
    auto allow = allow_of(node->routes);
    auto route = node->routes.find(method);
    if (route == node->routes.end() && method == Method::head)
        route = node->routes.find(Method::get);
    if (route == node->routes.end() && method == Method::options)
        return Match{.allow = std::move(allow)};
    if (route == node->routes.end())
        return market::Refusal{
            .code = market::RefusalCode::method_not_allowed, .about = std::move(allow)};
    const auto& found = routes_[route->second];
    return Match{
        .route = &found,
        .path_values = path_values_of(found, target.segments),
        .allow = std::move(allow)};
}

std::vector<market::FieldRefusal>
check_query(const Route& route, const std::vector<QueryValue>& query) {
    using market::FieldReason;
    std::vector<market::FieldRefusal> wrong;
    std::map<std::string_view, std::int64_t> counts;
    for (const auto& [name, value] : query) {
        const auto pointer = "?" + name;
        const auto field =
            std::ranges::find(route.query, std::string_view(name), &json::Field::name);
        if (field == route.query.end()) {
            wrong.push_back({.pointer = pointer, .reason = FieldReason::unknown});
            continue;
        }
        const bool repeatable = field->schema.kind == json::Kind::array;
        const auto count = ++counts[field->name];
        if (!repeatable && count > 1)
            wrong.push_back({.pointer = pointer, .reason = FieldReason::duplicate});
        if (repeatable && count == field->schema.max + 1)
            wrong.push_back(
                {.pointer = pointer,
                 .reason = FieldReason::too_many,
                 .bound = std::to_string(field->schema.max)}
            );
        const auto& schema = repeatable ? *field->schema.item : field->schema;
        if (auto refused = json::check_text(schema, value, pointer))
            wrong.push_back(std::move(*refused));
    }
    for (const auto& field : route.query)
        if (field.required && !counts.contains(field.name))
            wrong.push_back(
                {.pointer = "?" + std::string(field.name), .reason = FieldReason::missing}
            );
    return wrong;
}

} // namespace jishi::protocol
