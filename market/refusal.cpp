#include "market/refusal.hpp"

#include <array>

namespace jishi::market {

namespace {

constexpr std::array refusal_texts{
#define X(name, status, zh, en) RefusalText{RefusalCode::name, #name, status, zh, en},
    JISHI_REFUSALS(X)
#undef X
};

constexpr std::array field_reason_texts{
#define X(name, zh, en) FieldReasonText{FieldReason::name, #name, zh, en},
    JISHI_FIELD_REASONS(X)
#undef X
};

} // namespace

const RefusalText& refusal_text(RefusalCode code) {
    return refusal_texts[static_cast<std::size_t>(code)];
}

const FieldReasonText& field_reason_text(FieldReason reason) {
    return field_reason_texts[static_cast<std::size_t>(reason)];
}

Refusal refuse_field(std::string pointer, FieldReason reason, std::string bound) {
    return {
        .code = RefusalCode::invalid_fields,
        .fields = {{.pointer = std::move(pointer), .reason = reason, .bound = std::move(bound)}}};
}

} // namespace jishi::market
