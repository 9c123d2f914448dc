// Versions as entity tags: a mutable thing of version 12 has the strong tag "v12" (with the
// quotes).
#pragma once

#include "market/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace jishi::protocol {

std::string make_etag(std::uint64_t version);

// Whether one of the tags of If-None-Match names `etag`; compared weakly, "*" names any.
bool none_match_names(std::string_view if_none_match, std::string_view etag);

// if_match_missing for an absent header and for "*" (a change must say which version it was made
// on); version_stale for anything that is not one tag of ours.
market::Result<std::uint64_t> if_match_version(std::string_view if_match);

} // namespace jishi::protocol
