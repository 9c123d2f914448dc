#include "tests/matching/lemon_optimum.hpp"

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <stdexcept>

namespace jishi::matching {

namespace {

using Graph = lemon::SmartDigraph;

// A circulation: source -> left -> right -> sink -> source. A node's first partner comes over an
// arc of its own that earns the bonus, all others over a second one.
class Network {
public:
    explicit Network(const AssignmentTask& task) : task_(task) {
        const auto source = graph_.addNode(), sink = graph_.addNode();
        std::vector<Graph::Node> left, right;
        for (const auto places : task.left_places) {
            left.push_back(graph_.addNode());
            connect(source, left.back(), places);
        }
        for (const auto places : task.right_places) {
            right.push_back(graph_.addNode());
            connect(right.back(), sink, places);
        }
        for (const auto& pair : task.pairs)
            add(left[pair.left], right[pair.right], 1, pair.chance_ppm);
        add(sink, source, static_cast<std::int64_t>(task.pairs.size()), 0);
    }

    std::int64_t optimum() {
        using Simplex = lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t>;
        Simplex simplex(graph_);
        simplex.upperMap(room_).costMap(cost_);
        if (simplex.run() != Simplex::OPTIMAL) throw std::logic_error("LEMON found no optimum");
        return -simplex.totalCost<std::int64_t>();
    }

private:
    void connect(Graph::Node from, Graph::Node to, std::uint32_t places) {
        if (places == 0) return;
        add(from, to, 1, task_.first_partner_ppm);
        add(from, to, places - 1, 0);
    }
    void add(Graph::Node from, Graph::Node to, std::int64_t room, std::int64_t gain) {
        const auto arc = graph_.addArc(from, to);
        room_[arc] = room;
        cost_[arc] = -gain;
    }

    const AssignmentTask& task_;
    Graph graph_;
    Graph::ArcMap<std::int64_t> room_{graph_}, cost_{graph_};
};

} // namespace

std::int64_t lemon_optimum_ppm(const AssignmentTask& task) {
    return Network(task).optimum();
}

} // namespace jishi::matching
