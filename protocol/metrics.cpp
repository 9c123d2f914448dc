#include "protocol/metrics.hpp"

#include <algorithm>

namespace jishi::protocol {

namespace {

std::string label_text(const Metrics::Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        ((text += text.empty() ? "" : ",") += name) += "=\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') text += '\\';
            c == '\n' ? text += "\\n" : text += c;
        }
        text += '"';
    }
    return text;
}

std::string seconds(std::int64_t us) {
    auto fraction = std::to_string(us % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    return std::to_string(us / 1'000'000) + "." + fraction;
}

void line(
    std::string& out, std::string_view name, std::string_view labels, std::string_view value
) {
    out += name;
    if (!labels.empty()) ((out += '{') += labels) += '}';
    ((out += ' ') += value) += '\n';
}

void heading(
    std::string& out, std::string_view name, std::string_view help, std::string_view type
) {
    ((((out += "# HELP ") += name) += ' ') += help) += '\n';
    ((((out += "# TYPE ") += name) += ' ') += type) += '\n';
}

} // namespace

void Histogram::observe_us(std::int64_t duration_us) {
    const auto bucket = std::ranges::lower_bound(bounds_us, duration_us) - bounds_us.begin();
    buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(duration_us, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t total = 0;
    for (const auto& bucket : buckets_)
        total += bucket.load(std::memory_order_relaxed);
    return total;
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
    const auto bucket_name = std::string(name) + "_bucket";
    const auto prefix = std::string(labels) + (labels.empty() ? "" : ",");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        total += buckets_[i].load(std::memory_order_relaxed);
        const auto bound = i < bounds_us.size() ? seconds(bounds_us[i]) : "+Inf";
        line(out, bucket_name, prefix + "le=\"" + bound + "\"", std::to_string(total));
    }
    line(out, std::string(name) + "_sum", labels, seconds(sum_us_.load(std::memory_order_relaxed)));
    line(out, std::string(name) + "_count", labels, std::to_string(total));
}

template<class Instrument>
Instrument& Metrics::find(
    Families<Instrument>& families,
    std::string_view name,
    std::string_view help,
    const Labels& labels
) {
    const std::lock_guard lock(mutex_);
    auto& family = families[std::string(name)];
    if (family.help.empty()) family.help = help;
    return family.by_labels[label_text(labels)];
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    return find(counters_, name, help, labels);
}
Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    return find(gauges_, name, help, labels);
}
Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels) {
    return find(histograms_, name, help, labels);
}

std::string Metrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    const auto values = [&](const auto& families, std::string_view type) {
        for (const auto& [name, family] : families) {
            heading(out, name, family.help, type);
            for (const auto& [labels, instrument] : family.by_labels)
                line(out, name, labels, std::to_string(instrument.value()));
        }
    };
    values(counters_, "counter");
    values(gauges_, "gauge");
    for (const auto& [name, family] : histograms_) {
        heading(out, name, family.help, "histogram");
        for (const auto& [labels, histogram] : family.by_labels)
            histogram.write(out, name, labels);
    }
    return out;
}

} // namespace jishi::protocol
