// Refusals as RFC 9457 problem documents, in the reader's language and always in both.
#pragma once

#include "market/refusal.hpp"
#include "protocol/language.hpp"
#include "protocol/reply.hpp"

#include <array>
#include <string_view>

namespace jishi::protocol {

// What HTTP itself can refuse before the market is asked.
struct HttpProblem {
    std::string_view name;
    int http_status;
    std::string_view title_zh, title_en;
};

inline constexpr HttpProblem request_timeout{
    "request_timeout", 408, "请求超时", "The request took too long to arrive"};
inline constexpr HttpProblem expectation_failed{
    "expectation_failed", 417, "不支持的 Expect 请求头", "The expectation cannot be met"};
inline constexpr HttpProblem upgrade_required{
    "upgrade_required", 426, "此地址仅支持 WebSocket", "This address speaks WebSocket only"};
inline constexpr HttpProblem method_unknown{
    "method_unknown", 501, "未知的请求方法", "The method is not known here"};
inline constexpr HttpProblem transfer_coding_unknown{
    "transfer_coding_unknown", 501, "不支持的传输编码", "The transfer coding is not known here"};
inline constexpr HttpProblem version_not_supported{
    "version_not_supported", 505, "不支持的 HTTP 版本", "The HTTP version is not supported"};

Reply problem(const market::Refusal& refusal, Language language, std::string_view request_id);
Reply problem(
    const HttpProblem& kind,
    Language language,
    std::string_view request_id,
    std::string_view detail = {}
);

} // namespace jishi::protocol
