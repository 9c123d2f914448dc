// Every way the market says no. The enumerators stand in precedence order: where two apply, the
// earlier is told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::market {

// RefusalCode, stable name, HTTP status, zh-CN title, English title. One list; the enum and the
// table come from it.
// clang-format off
#define JISHI_REFUSALS(X)                                                                                                   \
    /* the request itself */                                                                                                \
    X(malformed_json,          400, "请求正文不是合法的 JSON",              "The request body is not valid JSON")               \
    X(malformed_request,       400, "请求格式错误",                        "The request is malformed")                         \
    X(body_too_large,          413, "请求正文过大",                        "The request body is too large")                    \
    X(header_too_large,        431, "请求头过大",                          "The request header is too large")                  \
    X(unsupported_media_type,  415, "不支持的内容类型",                    "The content type is not supported")                \
    X(not_acceptable,          406, "无法提供所要求的表示形式",            "The requested representation cannot be given")     \
    X(route_not_found,         404, "没有这个地址",                        "There is no such address")                         \
    X(method_not_allowed,      405, "该地址不支持此方法",                  "The address does not support this method")         \
    X(overloaded,              503, "系统繁忙，请稍后重试",                "The market is busy; try again shortly")            \
    X(rate_limited,            429, "请求过于频繁",                        "Too many requests")                                \
    /* who is asking */                                                                                                     \
    X(unauthenticated,         401, "请先登录",                            "Sign in first")                                    \
    X(credentials_wrong,       401, "账号或密码错误",                      "The login or the password is wrong")               \
    X(session_expired,         401, "登录已过期",                          "The session or token has expired or was revoked")  \
    X(account_locked,          423, "账号已临时锁定",                      "The account is locked for a while")                \
    X(account_disabled,        403, "账号已停用",                          "The account is disabled")                          \
    X(scope_missing,           403, "令牌缺少所需权限范围",                "The token lacks the scope this needs")             \
    X(idempotency_key_missing, 400, "缺少 Idempotency-Key 请求头",         "The Idempotency-Key header is missing")            \
    X(idempotency_key_reused,  422, "同一 Idempotency-Key 用于不同内容",   "The Idempotency-Key was used with another request") \
    X(if_match_missing,        428, "缺少 If-Match 请求头",                "The If-Match header is missing")                   \
    /* what is asked for */                                                                                                 \
    X(not_found,               404, "对象不存在或不可见",                  "There is no such object, or you may not see it")   \
    X(not_permitted,           403, "无权执行此操作",                      "You may not do this")                              \
    X(invalid_fields,          422, "字段不符合要求",                      "Some fields are not acceptable")                   \
    X(cursor_invalid,          400, "分页游标无效",                        "The page cursor is not valid")                     \
    X(version_stale,           412, "对象已被他人修改，请刷新后重试",      "The object has changed; read it again")            \
    X(duplicate_login,         409, "该登录名已被使用",                    "The login is taken")                               \
    X(duplicate_uscc,          409, "该统一社会信用代码已注册",            "The unified social credit code is registered already") \
    X(duplicate_source,        409, "该来源编号已存在",                    "The source id exists already")                     \
    X(limit_reached,           409, "已达到数量上限",                      "A limit on the number of such objects is reached") \
    /* the rules of the market */                                                                                           \
    X(organisation_unverified, 403, "机构尚未通过认证",                    "The organisation is not verified")                 \
    X(event_not_allowed,       409, "当前状态不允许此操作",                "The present state does not allow this action")     \
    X(reason_required,         422, "必须填写理由",                        "A reason is required")                             \
    X(listing_not_open,        409, "该成果或需求当前不可交易",            "The listing is not open for deals")                \
    X(listing_closed_by_contract, 409, "标的已由其他合同独占成交",         "Another contract has closed the listing")          \
    X(own_listing,             409, "不能与本机构自己交易",                "An organisation cannot deal with itself")          \
    X(deal_exists,             409, "双方已有进行中的洽谈",                "The two sides have an open deal on this already")  \
    X(offer_expired,           409, "报价已过有效期",                      "The offer is no longer valid")                     \
    X(related_party_undeclared, 409, "尚未声明是否为关联交易",             "The related-party declaration is missing")         \
    X(identity_hidden,         409, "匿名需求方尚未披露身份",              "The anonymous buyer has not revealed itself")      \
    X(terms_differ,            409, "合同内容与已接受的条款不一致",        "The contract differs from the accepted terms")     \
    X(contract_exists,         409, "该洽谈已有合同",                      "The deal has a contract already")                  \
    X(document_changed,        409, "合同文本已变化，请重新阅读后签署",    "The document is not the one you read")             \
    X(already_signed,          409, "贵方已签署",                          "Your side has signed already")                     \
    X(mandate_missing,         403, "经纪人未获委托",                      "The broker holds no accepted mandate")             \
    X(already_answered,        409, "已对该匹配作出答复",                  "The match has been answered already")              \
    /* the house itself */                                                                                                  \
    X(database_unavailable,    503, "数据库暂不可用",                      "The database is not reachable")                    \
    X(internal_error,          500, "系统内部错误",                        "Something went wrong on our side")
// clang-format on

enum class RefusalCode : std::uint16_t {
#define X(name, status, zh, en) name,
    JISHI_REFUSALS(X)
#undef X
};

struct RefusalText {
    RefusalCode code;
    std::string_view name; // stable; part of the problem type URI
    int http_status;
    std::string_view title_zh, title_en;
};

const RefusalText& refusal_text(RefusalCode code);

// Why one field was not accepted.
// clang-format off
#define JISHI_FIELD_REASONS(X)                                                                                   \
    X(missing,            "必填",                       "is required")                                          \
    X(unknown,            "未知字段",                   "is not a field of this object")                        \
    X(wrong_type,         "类型错误，应为 {}",          "has the wrong type; expected {}")                      \
    X(too_short,          "长度不足，至少 {}",          "is too short; at least {}")                            \
    X(too_long,           "过长，至多 {}",              "is too long; at most {}")                              \
    X(too_few,            "数量不足，至少 {}",          "has too few entries; at least {}")                     \
    X(too_many,           "数量过多，至多 {}",          "has too many entries; at most {}")                     \
    X(too_small,          "过小，至少为 {}",            "is too small; at least {}")                            \
    X(too_large,          "过大，至多为 {}",            "is too large; at most {}")                             \
    X(not_utf8,           "不是合法的 UTF-8",           "is not valid UTF-8")                                   \
    X(control_character,  "含有控制字符",               "holds a control character")                            \
    X(not_one_of,         "不在允许取值之内：{}",       "is not one of: {}")                                    \
    X(duplicate,          "重复",                       "occurs twice")                                         \
    X(bad_format,         "格式错误，应为 {}",          "is not in the form {}")                                \
    X(bad_check_digit,    "校验位错误，应为 {}",        "has a wrong check digit; expected {}")                 \
    X(in_the_past,        "不得早于 {}",                "must not be before {}")                                \
    X(too_far,            "不得晚于 {}",                "must not be after {}")                                 \
    X(inconsistent,       "与其他字段不一致：{}",       "does not agree with: {}")                              \
    X(sum_mismatch,       "合计应为 {}",                "must add up to {}")                                    \
    X(not_found,          "所指对象不存在",             "names something that does not exist")                  \
    X(too_weak,           "强度不足：{}",               "is too weak: {}")
// clang-format on

enum class FieldReason : std::uint8_t {
#define X(name, zh, en) name,
    JISHI_FIELD_REASONS(X)
#undef X
};

struct FieldReasonText {
    FieldReason reason;
    std::string_view name, text_zh, text_en; // "{}" is replaced by FieldRefusal::bound
};

const FieldReasonText& field_reason_text(FieldReason reason);

struct FieldRefusal {
    std::string pointer; // JSON pointer into the request, e.g. "/budget/max_fen"
    FieldReason reason = FieldReason::missing;
    std::string bound{}; // the limit, the expected form or the allowed values
    bool operator==(const FieldRefusal&) const = default;
};

struct Refusal {
    RefusalCode code = RefusalCode::internal_error;
    std::vector<FieldRefusal> fields{}; // of invalid_fields
    std::string about{}; // a word on the circumstances: the state, the allowed events, the limit

    bool operator==(const Refusal&) const = default;
};

// One refused field.
Refusal refuse_field(std::string pointer, FieldReason reason, std::string bound = {});

} // namespace jishi::market
