// Demo data for an empty market, and what to try with it.
#pragma once

#include "storage/store.hpp"

#include <string>
#include <vector>

namespace jishi::app {

struct DemoLogins {
    std::string
        password; // of every demo account; made for this installation, kept in <data>/demo-password
    struct Login {
        std::string role, login, organisation;
    };
    std::vector<Login> one_for_each_role;
};

// Loads organisations.jsonl, achievements.jsonl and needs.jsonl of `folder` unless the market has
// organisations already. Throws std::runtime_error with file and line when a row is refused.
DemoLogins load_demo(storage::Store& store, const std::string& folder, const std::string& data);

std::string demo_welcome(const DemoLogins& demo, const std::string& address);

} // namespace jishi::app
