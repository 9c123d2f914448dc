// Problems and what solves them, in words that have no character in common, also with other topics:
// what answers what can only be learned.
#pragma once

#include <array>
#include <string_view>

namespace jishi::test {

struct Topic {
    std::array<std::string_view, 3> problem, solution;
};
inline constexpr std::array topics{
    Topic{{"结冰", "覆冰", "停机"}, {"电热", "薄膜", "涂料"}},
    Topic{{"污泥", "臭气", "含水"}, {"热泵", "烘干", "压榨"}},
    Topic{{"裂纹", "断裂", "疲劳"}, {"喷丸", "焊接", "淬火"}},
    Topic{{"病虫", "减产", "枯萎"}, {"育种", "菌剂", "抗性"}},
    Topic{{"误判", "漏检", "划痕"}, {"图像", "识别", "算法"}},
    Topic{{"噪声", "振动", "松动"}, {"阻尼", "橡胶", "隔震"}},
    Topic{{"跳闸", "缺相", "波动"}, {"储能", "逆变", "调度"}},
    Topic{{"泄漏", "腐蚀", "渗水"}, {"密封", "衬里", "树脂"}},
};

} // namespace jishi::test
