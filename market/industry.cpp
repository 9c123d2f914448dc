#include "market/industry.hpp"

#include <array>
#include <cassert>
#include <string>

namespace jishi::market {

namespace {

// clang-format off
constexpr std::array<IndustrySection, 20> sections{{
    {'A', "农、林、牧、渔业", "Agriculture, forestry, animal husbandry and fishery"},
    {'B', "采矿业", "Mining"},
    {'C', "制造业", "Manufacturing"},
    {'D', "电力、热力、燃气及水生产和供应业", "Production and supply of electricity, heat, gas and water"},
    {'E', "建筑业", "Construction"},
    {'F', "批发和零售业", "Wholesale and retail trade"},
    {'G', "交通运输、仓储和邮政业", "Transport, storage and post"},
    {'H', "住宿和餐饮业", "Accommodation and catering"},
    {'I', "信息传输、软件和信息技术服务业", "Information transmission, software and information technology"},
    {'J', "金融业", "Finance"},
    {'K', "房地产业", "Real estate"},
    {'L', "租赁和商务服务业", "Leasing and business services"},
    {'M', "科学研究和技术服务业", "Scientific research and technical services"},
    {'N', "水利、环境和公共设施管理业", "Water conservancy, environment and public facilities"},
    {'O', "居民服务、修理和其他服务业", "Services to households, repair and other services"},
    {'P', "教育", "Education"},
    {'Q', "卫生和社会工作", "Health and social work"},
    {'R', "文化、体育和娱乐业", "Culture, sports and entertainment"},
    {'S', "公共管理、社会保障和社会组织", "Public administration, social security and social organisations"},
    {'T', "国际组织", "International organisations"},
}};
// clang-format on

bool has_form(std::string_view code) {
    return !code.empty() && code.size() <= 5 && code[0] >= 'A' && code[0] <= 'T' &&
           code.substr(1).find_first_not_of("0123456789") == code.npos;
}

} // namespace

std::span<const IndustrySection> industry_sections() {
    return sections;
}

std::optional<FieldRefusal> check_industry(std::string_view pointer, std::string_view code) {
    if (has_form(code)) return {};
    return FieldRefusal{std::string(pointer), FieldReason::bad_format, "[A-T][0-9]{0,4}"};
}

const IndustrySection& industry_section(std::string_view code) {
    assert(has_form(code));
    return sections[static_cast<std::size_t>(code[0] - 'A')];
}

} // namespace jishi::market
