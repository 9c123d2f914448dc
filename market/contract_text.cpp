// The contract as people read it. Every value that was agreed stands in it, so its hash pins them
// all.
#include "market/contract.hpp"

#include <array>

namespace jishi::market {

namespace {

constexpr std::array kind_names_zh{
    "技术开发合同", "技术转让合同", "技术许可合同", "技术咨询合同", "技术服务合同"};
constexpr std::array sub_kind_names_zh{
    "委托开发",
    "合作开发",
    "专利权转让",
    "专利申请权转让",
    "技术秘密转让",
    "专利实施许可",
    "技术秘密使用许可",
    "可行性论证",
    "技术评价",
    "一般技术服务",
    "技术培训",
    "技术中介"};
constexpr std::array mode_names_zh{
    "转让",
    "独占许可",
    "排他许可",
    "普通许可",
    "开放许可",
    "作价投资",
    "合作开发",
    "委托开发",
    "技术咨询",
    "技术服务",
    "试用"};
constexpr std::array payment_names_zh{"一次总付", "分期支付", "提成支付", "入门费加提成"};
constexpr std::array royalty_base_names_zh{"产品价格", "新增产值", "新增利润", "产品销售额"};

static_assert(kind_names_zh.size() == Vocabulary<ContractKind>::names.size());
static_assert(sub_kind_names_zh.size() == Vocabulary<ContractSubKind>::names.size());
static_assert(mode_names_zh.size() == Vocabulary<CooperationMode>::names.size());
static_assert(payment_names_zh.size() == Vocabulary<PaymentMode>::names.size());
static_assert(royalty_base_names_zh.size() == Vocabulary<RoyaltyBase>::names.size());

template<class Enum, std::size_t N>
std::string zh(const std::array<const char*, N>& names, Enum value) {
    return names[static_cast<std::size_t>(value)];
}

// 125 fen is "1.25".
std::string yuan(Fen amount_fen) {
    auto cents = std::to_string(amount_fen % 100);
    if (cents.size() < 2) cents.insert(0, "0");
    return std::to_string(amount_fen / 100) + "." + cents + " 元";
}

class Paper {
public:
    void line(std::string_view label, std::string_view value) {
        text_.append(label).append("：").append(value).append("\n");
    }
    void clause(std::string_view title, std::string_view value) {
        if (value.empty()) return;
        text_.append("\n第 ")
            .append(std::to_string(++clauses_))
            .append(" 条 ")
            .append(title)
            .append("\n");
        text_.append(value).append("\n");
    }
    void heading(std::string_view text) { text_.append(text).append("\n"); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
    int clauses_ = 0;
};

std::string price_clause(const ContractContent& content) {
    const auto& terms = content.terms;
    std::string text = "合同总价款 " + yuan(terms.price_fen) + "，支付方式：" +
                       zh(payment_names_zh, terms.payment_mode) + "。";
    for (std::size_t i = 0; i < terms.instalments.size(); ++i) {
        const auto& part = terms.instalments[i];
        text += "\n（" + std::to_string(i + 1) + "）" + part.label + "：" + yuan(part.amount_fen);
        if (part.due_on) text += "，应于 " + format_date(*part.due_on) + " 前支付";
    }
    if (terms.royalty_bp) {
        text += "\n提成：" + zh(royalty_base_names_zh, *terms.royalty_base) + "的 " +
                std::to_string(*terms.royalty_bp) + "/10000，许可方有权查阅有关账目。";
    }
    for (const auto& item : content.non_technical)
        text += "\n其中非技术性费用——" + item.label + "：" + yuan(item.amount_fen);
    text += "\n技术交易额：" + yuan(technology_amount_fen(content)) + "。";
    return text;
}

std::string ip_clause(const std::vector<IpItem>& items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        text += (i ? "\n" : "") + std::string("（") + std::to_string(i + 1) + "）" + item.name +
                "，" + item.number + "，权利人 " + item.holder + "，申请日 " +
                format_date(item.filed_on) + "，有效期至 " + format_date(item.valid_to);
    }
    return text;
}

std::string scope_clause(const Terms& terms) {
    return "方式：" + zh(mode_names_zh, terms.mode) + "；地域：" +
           (terms.territory.empty() ? "不限" : terms.territory) + "；使用领域：" +
           (terms.field_of_use.empty() ? "不限" : terms.field_of_use) +
           (terms.valid_to ? "；期限至 " + format_date(*terms.valid_to) : "") + "。";
}

} // namespace

std::string
contract_text(const Contract& contract, std::string_view buyer_name, std::string_view seller_name) {
    const auto& content = contract.content;
    Paper paper;
    paper.heading(zh(kind_names_zh, content.kind));
    paper.line("合同编号", contract.id.text());
    paper.line("类别", zh(sub_kind_names_zh, content.sub_kind));
    paper.line("项目名称", content.project_name);
    paper.line("受让方（甲方）", std::string(buyer_name) + "（" + contract.buyer.text() + "）");
    paper.line("让与方（乙方）", std::string(seller_name) + "（" + contract.seller.text() + "）");
    paper.line(
        "有效期限", format_date(content.valid_from) + " 至 " + format_date(content.valid_to)
    );
    paper.clause("标的、范围和要求", content.subject);
    paper.clause("权利方式与范围", scope_clause(content.terms));
    paper.clause("涉及的知识产权", ip_clause(content.ip_items));
    paper.clause("履行的计划、地点和方式", content.performance);
    paper.clause("交付内容", content.terms.deliverables);
    paper.clause("价款及支付", price_clause(content));
    paper.clause("验收标准和方法", content.terms.acceptance);
    paper.clause("技术信息和资料的保密", content.confidentiality);
    paper.clause("技术成果的归属和收益的分配", content.results_ownership);
    paper.clause("风险责任的承担", content.risk);
    paper.clause("名词和术语的解释", content.definitions);
    return paper.take();
}

} // namespace jishi::market
