#include "protocol/json/reader.hpp"

#include "market/text.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cassert>
#include <charconv>
#include <cmath>
#include <unordered_set>
#include <vector>

namespace jishi::protocol::json {

namespace {

using Node = rapidjson::Value;

const Node& node_of(const void* node) {
    assert(node);
    return *static_cast<const Node*>(node);
}

std::string_view view(const Node& node) {
    return {node.GetString(), node.GetStringLength()};
}

// Stands between the reader and the document and stops what the reader itself would let pass. The
// iterative reader keeps deep nesting off the call stack; the cap here keeps it off every later
// walk over the tree.
class Guard {
public:
    using Ch = char;

    explicit Guard(rapidjson::Document& tree) : tree_(tree) {}
    const char* complaint() const { return complaint_; }

    bool Null() { return tree_.Null(); }
    bool Bool(bool flag) { return tree_.Bool(flag); }
    bool Int(int number) { return tree_.Int(number); }
    bool Uint(unsigned number) { return tree_.Uint(number); }
    bool Int64(std::int64_t number) { return tree_.Int64(number); }
    bool Uint64(std::uint64_t number) { return tree_.Uint64(number); }
    bool Double(double number) { return tree_.Double(number); }

    // Numbers come as they were written: whole ones stay exact, and none silently becomes something
    // else.
    bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
        if (length > number_length_max) return stop("the number is too long");
        std::int64_t whole = 0;
        const auto [end, error] = std::from_chars(digits, digits + length, whole);
        if (error == std::errc{} && end == digits + length) return tree_.Int64(whole);
        double number = 0;
        const auto parsed = std::from_chars(digits, digits + length, number);
        if (parsed.ec != std::errc{} || !std::isfinite(number))
            return stop("the number is out of range");
        return tree_.Double(number);
    }
    // The reader lets the escape of a lone low surrogate become three bytes that are not UTF-8.
    bool String(const char* text, rapidjson::SizeType length, bool copy) {
        if (!market::valid_utf8({text, length})) return stop("the text is not valid UTF-8");
        return tree_.String(text, length, copy);
    }

    bool StartObject() {
        keys_.emplace_back();
        return deeper() && tree_.StartObject();
    }
    bool Key(const char* text, rapidjson::SizeType length, bool copy) {
        if (!market::valid_utf8({text, length})) return stop("the key is not valid UTF-8");
        if (keys_.back().size() == members_max) return stop("the object has too many members");
        if (!keys_.back().emplace(text, length).second) return stop("the key occurs twice");
        return tree_.Key(text, length, copy);
    }
    bool EndObject(rapidjson::SizeType count) {
        keys_.pop_back();
        --depth_;
        return tree_.EndObject(count);
    }
    bool StartArray() { return deeper() && tree_.StartArray(); }
    bool EndArray(rapidjson::SizeType count) {
        --depth_;
        return tree_.EndArray(count);
    }

private:
    bool deeper() { return ++depth_ <= depth_max || stop("the nesting is too deep"); }
    bool stop(const char* complaint) {
        complaint_ = complaint;
        return false;
    }

    rapidjson::Document& tree_;
    std::vector<std::unordered_set<std::string>> keys_; // of each open object
    std::size_t depth_ = 0;
    const char* complaint_ = nullptr;
};

market::Refusal malformed(std::size_t position, std::string_view cause) {
    return {
        .code = market::RefusalCode::malformed_json,
        .about = "byte " + std::to_string(position) + ": " + std::string(cause)};
}

} // namespace

market::Result<Document> parse(std::string_view text) {
    // The reader takes NUL for the end of its input, so what follows one would never be looked at.
    if (const auto nul = text.find('\0'); nul != text.npos) return malformed(nul, "NUL");

    constexpr unsigned flags = rapidjson::kParseIterativeFlag |
                               rapidjson::kParseValidateEncodingFlag |
                               rapidjson::kParseNumbersAsStringsFlag;
    auto tree = std::make_shared<rapidjson::Document>();
    Guard guard(*tree);
    rapidjson::ParseResult result;
    rapidjson::MemoryStream stream(text.data(), text.size());
    const auto generate = [&](rapidjson::Document&) {
        rapidjson::Reader reader;
        result = reader.Parse<flags>(stream, guard);
        return !result.IsError();
    };
    tree->Populate(generate);
    if (result.IsError()) {
        const auto* cause =
            guard.complaint() ? guard.complaint() : rapidjson::GetParseError_En(result.Code());
        return malformed(result.Offset(), cause);
    }
    Document document;
    document.tree_ = std::shared_ptr<const void>(tree, static_cast<const Node*>(tree.get()));
    return document;
}

market::Result<Document> read(std::string_view text, const Schema& schema) {
    auto document = parse(text);
    if (!document) return document.refusal();
    auto wrong = check(schema, document->root());
    if (!wrong.empty())
        return market::Refusal{
            .code = market::RefusalCode::invalid_fields, .fields = std::move(wrong)};
    return document;
}

bool Value::is_null() const {
    return node_of(node_).IsNull();
}
bool Value::is_object() const {
    return node_of(node_).IsObject();
}
bool Value::is_array() const {
    return node_of(node_).IsArray();
}
bool Value::is_text() const {
    return node_of(node_).IsString();
}
bool Value::is_integer() const {
    return node_of(node_).IsInt64();
}
bool Value::is_number() const {
    return node_of(node_).IsNumber();
}
bool Value::is_boolean() const {
    return node_of(node_).IsBool();
}
std::string_view Value::text() const {
    assert(is_text());
    return view(node_of(node_));
}
std::int64_t Value::integer() const {
    assert(is_integer());
    return node_of(node_).GetInt64();
}
double Value::number() const {
    assert(is_number());
    return node_of(node_).GetDouble();
}
bool Value::boolean() const {
    assert(is_boolean());
    return node_of(node_).GetBool();
}
Object Value::object() const {
    assert(is_object());
    return Object(node_);
}
Array Value::array() const {
    assert(is_array());
    return Array(node_);
}

std::size_t Array::size() const {
    return node_ ? node_of(node_).Size() : 0;
}
Value Array::operator[](std::size_t index) const {
    assert(index < size());
    return Value(&node_of(node_)[static_cast<rapidjson::SizeType>(index)]);
}

bool Object::has(std::string_view name) const {
    return find(name).has_value();
}

bool Object::names(std::string_view name) const {
    const Node key(rapidjson::StringRef(name.data(), name.size()));
    return node_of(node_).HasMember(key);
}

std::optional<Value> Object::find(std::string_view name) const {
    const auto& object = node_of(node_);
    const Node key(rapidjson::StringRef(name.data(), name.size()));
    const auto member = object.FindMember(key);
    if (member == object.MemberEnd() || member->value.IsNull()) return {};
    return Value(&member->value);
}

std::string_view Object::text(std::string_view name) const {
    return optional_text(name).value_or(std::string_view{});
}
std::int64_t Object::integer(std::string_view name) const {
    const auto number = optional_integer(name);
    assert(number);
    return number.value_or(0);
}
bool Object::boolean(std::string_view name, bool otherwise) const {
    const auto value = find(name);
    return value ? value->boolean() : otherwise;
}
Object Object::object(std::string_view name) const {
    const auto value = find(name);
    assert(value);
    return value->object();
}
Array Object::array(std::string_view name) const {
    const auto value = find(name);
    return value ? value->array() : Array(nullptr);
}
std::optional<std::string_view> Object::optional_text(std::string_view name) const {
    const auto value = find(name);
    if (!value) return {};
    return value->text();
}
std::optional<std::int64_t> Object::optional_integer(std::string_view name) const {
    const auto value = find(name);
    if (!value) return {};
    return value->integer();
}
std::optional<Object> Object::optional_object(std::string_view name) const {
    const auto value = find(name);
    if (!value) return {};
    return value->object();
}

std::size_t Object::size() const {
    return node_of(node_).MemberCount();
}
std::string_view Object::key(std::size_t index) const {
    assert(index < size());
    return view((node_of(node_).MemberBegin() + static_cast<std::ptrdiff_t>(index))->name);
}
Value Object::value(std::size_t index) const {
    assert(index < size());
    return Value(&(node_of(node_).MemberBegin() + static_cast<std::ptrdiff_t>(index))->value);
}

} // namespace jishi::protocol::json
