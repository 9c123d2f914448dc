#include "matching/snapshot_file.hpp"

#include "matching/archives.hpp"
#include "matching/parallel.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <utility>

namespace jishi::matching {

namespace {

// Raise it when an array of the index means something else, and when texts become other terms,
// sketches or meanings: an old file is then refused, and the market is read anew.
constexpr std::uint32_t format = 10;
constexpr std::array<char, 8> magic{'J', 'I', 'S', 'H', 'I', 'I', 'D', 'X'};
constexpr std::uint64_t segments_max = 1U << 16;
constexpr std::size_t checksum_size = sizeof(std::uint64_t);
constexpr float number_max = 1e30F;

// Then the mark, the sizes of the sections, the sections themselves - one a segment, achievements
// first, and one of the groups - and the checksum of all before it. Numbers are in this machine's
// byte order: the file is for the program that wrote it.
struct Head {
    std::array<char, 8> magic;
    std::uint32_t format, has_model;
    std::uint64_t model_version, size; // of the file
    std::uint64_t achievement_segments, need_segments;
};
static_assert(std::is_trivially_copyable_v<Head> && sizeof(Head) == 48);

std::string fault_of(const Head& head, std::size_t file_size, const Model* model) {
    if (head.magic != magic) return "it is no snapshot";
    if (head.format != format)
        return "its format is " + std::to_string(head.format) + ", not " + std::to_string(format);
    if (head.size != file_size) return "its length does not agree with its sizes";
    if (head.has_model > 1 || head.achievement_segments > segments_max ||
        head.need_segments > segments_max)
        return "its sizes are impossible";
    if ((head.has_model != 0) != (model != nullptr) ||
        head.model_version != (model != nullptr ? model->version() : 0))
        return "it is of another model";
    return {};
}

bool is_number(float value) {
    return std::abs(value) <= number_max; // and neither infinite nor NaN
}
bool are_norms(const NormColumns& norms, std::size_t count) {
    const auto are_numbers = [&](const Array<float>& column) {
        return column.size() == count && std::ranges::all_of(column, is_number);
    };
    return std::ranges::all_of(norms.scales, are_numbers) && are_numbers(norms.bases) &&
           norms.meanings.size() == count &&
           std::ranges::all_of(norms.meanings, [](const Norm& norm) {
               return is_number(norm.scale) && is_number(norm.base);
           });
}

template<class Kept, class Archive>
void archive_groups(Kept& kept, Archive& archive) {
    archive.array(kept.kinds);
    archive.array(kept.ids);
    archive.array(kept.sketches);
    archive.array(kept.published_at_us);
    archive.array(kept.leaders);
}

// Hashes what it passes on.
class Sealer {
public:
    explicit Sealer(const Sink& sink) : sink_(sink), state_(XXH3_createState()) {
        XXH3_64bits_reset(state_);
    }
    ~Sealer() { XXH3_freeState(state_); }
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    void write(Bytes bytes) {
        XXH3_64bits_update(state_, bytes.data(), bytes.size());
        sink_(bytes);
    }
    void seal() {
        const std::uint64_t checksum = XXH3_64bits_digest(state_);
        sink_(bytes_of_array(std::span(&checksum, 1)));
    }

private:
    const Sink& sink_;
    XXH3_state_t* const state_;
};

} // namespace

// What stands in a section, from the inside of the parts.
class SnapshotParts {
public:
    template<class Archive>
    static void write(const Collection::View& view, Archive& archive) {
        const auto& segment = *view.segment;
        archive_learned(segment, archive);
        ListingStore::archive(segment.listings_, archive);
        archive.array(*view.length_classes); // with 0 for what is gone
        archive.array(segment.lengths_);
        TermTable::archive(segment.terms_, archive);
        archive.array(segment.bytes_);
    }

    static std::shared_ptr<Segment>
    segment_of(Bytes section, market::ListingKind kind, const Model* model) {
        std::shared_ptr<Segment> out(new Segment);
        ArchiveReader archive(section);
        archive_learned(*out, archive);
        ListingStore::archive(out->listings_, archive);
        archive.array(out->length_classes_);
        archive.array(out->lengths_);
        TermTable::archive(out->terms_, archive);
        archive.array(out->bytes_);
        if (!archive.all_read() || out->listings_.kind() != kind || !fits(*out, model) ||
            !out->listings_.is_sound() || !has_sound_lists(*out))
            return nullptr;
        out->finish();
        return out;
    }

    // What was learned goes when another model is adopted, the rest stays.
    static void hold(Segment& segment, Bytes section, const LentBytes& lent) {
        ArchiveSize learned;
        archive_learned(segment, learned);
        segment.learned_memory_ = lent.hold(section.first(learned.size()));
        segment.memory_ = lent.hold(section.subspan(learned.size()));
    }

    static std::shared_ptr<const Collection> collection_of(
        std::span<const std::shared_ptr<Segment>> segments, std::shared_ptr<const Model> model
    ) {
        auto out = std::make_shared<Collection>(std::move(model));
        for (const auto& segment : segments) {
            const auto& classes = segment->length_classes();
            const auto gone = std::count(classes.begin(), classes.end(), LengthClass{0});
            const auto live = classes.size() - static_cast<std::size_t>(gone);
            out->views_.push_back({segment, {segment, &classes}, live});
            out->size_ += live;
            for (std::size_t slot = 0; slot < classes.size(); ++slot)
                if (classes[slot] != 0) out->length_ += segment->length(slot);
            if (out->counts_terms())
                out->statistics_ = out->statistics_.plus(segment->sums(classes));
        }
        return out;
    }

private:
    template<class Parts, class Archive>
    static void archive_learned(Parts& segment, Archive& archive) {
        archive.value(segment.dimensions_);
        archive.array(segment.meanings_);
        NormColumns::archive(segment.norms_, archive);
    }

    static bool fits(const Segment& segment, const Model* model) {
        const auto count = segment.size();
        const auto dimensions = model != nullptr ? model->dimensions() : 0;
        const bool has_norms =
            model != nullptr && segment.listings_.kind() == market::ListingKind::need;
        return count > 0 && count <= segment_listings_max &&
               segment.length_classes_.size() == count && segment.lengths_.size() == count &&
               segment.dimensions_ == dimensions &&
               segment.meanings_.size() == count * meaning_bytes(dimensions) &&
               are_norms(segment.norms_, has_norms ? count : 0) &&
               std::any_of(
                   segment.length_classes_.begin(),
                   segment.length_classes_.end(),
                   [](LengthClass length_class) { return length_class != 0; }
               );
    }

    // The lists stand one behind the other, with nothing between them.
    static bool has_sound_lists(const Segment& segment) {
        if (!segment.terms_.is_sound() || segment.bytes_.size() < read_ahead_bytes) return false;
        const auto bytes = Bytes(segment.bytes_).first(segment.bytes_.size() - read_ahead_bytes);
        std::size_t at = 0;
        for (std::size_t term = 0; term < segment.term_count(); ++term) {
            const auto start = segment.terms_.value(term);
            if ((start & Segment::is_single) != 0) {
                const auto count = (start & ~Segment::is_single) >> 16;
                if ((start & 0xFFFF) >= segment.size() || count >= TermCount::packed_count)
                    return false;
                continue;
            }
            if (start != at) return false;
            const auto size = encoded_size(bytes.subspan(at), segment.size());
            if (!size) return false;
            at += *size;
        }
        return at == bytes.size();
    }
};

namespace {

std::vector<const Collection::View*> views_of(const Collections& listings) {
    std::vector<const Collection::View*> out;
    for (const auto* collection : {listings.achievements.get(), listings.needs.get()})
        for (const auto& view : collection->views())
            out.push_back(&view);
    return out;
}

// Does all of the work, whatever fails, on as many threads as there are cores; what could not be
// done.
std::string do_all(std::span<const std::function<bool()>> work) {
    std::atomic<bool> failed = false;
    try {
        in_parallel(work.size(), [&](std::size_t i) {
            if (!work[i]()) failed = true;
        });
    } catch (const std::exception&) {
        return "there is not enough memory for it";
    }
    return failed ? "it does not hold together" : "";
}

} // namespace

void write_snapshot(
    const Collections& listings,
    const DuplicateIndex::Kept& groups,
    std::string_view mark,
    const Sink& sink
) {
    mark = mark.substr(0, snapshot_mark_max);
    const auto ordered = DuplicateIndex::ordered(groups);
    const auto views = views_of(listings);
    std::vector<std::uint64_t> sizes;
    const auto add_size = [&](auto visit) {
        ArchiveSize size;
        visit(size);
        sizes.push_back(size.size());
    };
    for (const auto* view : views)
        add_size([&](auto& size) { SnapshotParts::write(*view, size); });
    add_size([&](auto& size) { archive_groups(ordered, size); });
    const auto* model = listings.achievements->model().get();
    Head head{
        .magic = magic,
        .format = format,
        .has_model = model != nullptr,
        .model_version = model != nullptr ? model->version() : 0,
        .size = sizeof(Head) + 2 * sizeof(std::uint64_t) + padded(mark.size()) +
                sizes.size() * sizeof(std::uint64_t) + checksum_size,
        .achievement_segments = listings.achievements->views().size(),
        .need_segments = listings.needs->views().size()};
    for (const auto size : sizes)
        head.size += size;

    Sealer sealer(sink);
    const Sink sealed_sink = [&](Bytes bytes) { sealer.write(bytes); };
    ArchiveWriter archive(sealed_sink);
    sealed_sink(bytes_of_array(std::span<const Head>(&head, 1)));
    archive.array(mark);
    archive.array(sizes);
    for (const auto* view : views)
        SnapshotParts::write(*view, archive);
    archive_groups(ordered, archive);
    sealer.seal();
}

std::optional<std::string> snapshot_mark(Bytes file) {
    std::uint64_t size = 0;
    if (file.size() < sizeof(Head) + sizeof size + checksum_size) return std::nullopt;
    file = file.first(file.size() - checksum_size).subspan(sizeof(Head));
    std::memcpy(&size, file.data(), sizeof size);
    file = file.subspan(sizeof size);
    if (size > snapshot_mark_max || size > file.size()) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(file.data()), size);
}

namespace {

std::uint64_t checksum_of(Bytes file) {
    return XXH3_64bits(file.data(), file.size() - checksum_size);
}

bool has_its_checksum(Bytes file) {
    std::uint64_t checksum = 0;
    std::memcpy(&checksum, &file[file.size() - checksum_size], sizeof checksum);
    return checksum == checksum_of(file);
}

// The sections of a file whose head fits; nothing unless they are all there is.
std::optional<std::vector<Bytes>> sections_of(Bytes file, const Head& head) {
    const auto mark = snapshot_mark(file);
    if (!mark) return std::nullopt;
    const auto count = head.achievement_segments + head.need_segments + 1;
    auto at = sizeof(Head) + sizeof(std::uint64_t) + padded(mark->size());
    const auto end = file.size() - checksum_size;
    std::vector<std::uint64_t> sizes;
    if (at > end || end - at < (count + 1) * sizeof(std::uint64_t)) return std::nullopt;
    const auto table = file.subspan(at, (count + 1) * sizeof(std::uint64_t));
    ArchiveReader archive(table);
    archive.array(sizes);
    if (!archive.all_read() || sizes.size() != count) return std::nullopt;
    at += table.size();
    std::vector<Bytes> out;
    for (const auto size : sizes) {
        if (size > end - at || size % 8 != 0) return std::nullopt;
        out.push_back(file.subspan(at, size));
        at += size;
    }
    return at == end ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace

std::optional<Collections> read_snapshot(
    const LentBytes& lent,
    std::shared_ptr<const Model> model,
    DuplicateIndex& groups,
    std::string& problem
) {
    Head head;
    const auto file = lent.all;
    problem = "it is cut off";
    if (file.size() < sizeof head + checksum_size || file.size() % 8 != 0 ||
        reinterpret_cast<std::uintptr_t>(file.data()) % 8 != 0)
        return std::nullopt;
    std::memcpy(&head, file.data(), sizeof head);
    problem = fault_of(head, file.size(), model.get());
    if (!problem.empty()) return std::nullopt;
    const auto sections = sections_of(file, head);
    problem = "its sections do not fit";
    if (!sections) return std::nullopt;

    const auto segment_count = sections->size() - 1, achievements = head.achievement_segments;
    std::vector<std::shared_ptr<Segment>> segments(segment_count);
    std::vector<std::function<bool()>> work; // what takes longest first, lest one core waits
    bool is_as_written = false;
    work.emplace_back([&] { return is_as_written = has_its_checksum(file); });
    work.emplace_back([&] {
        ArchiveReader archive(sections->back());
        DuplicateIndex::Kept kept;
        archive_groups(kept, archive);
        return archive.all_read() && groups.restore(kept);
    });
    for (std::size_t i = 0; i < segment_count; ++i)
        work.emplace_back([&, i] {
            const auto kind =
                i < achievements ? market::ListingKind::achievement : market::ListingKind::need;
            segments[i] = SnapshotParts::segment_of((*sections)[i], kind, model.get());
            return segments[i] != nullptr;
        });
    problem = do_all(work);
    if (!is_as_written) problem = "its checksum does not fit";
    if (!problem.empty()) return std::nullopt;
    for (std::size_t i = 0; i < segment_count; ++i)
        SnapshotParts::hold(*segments[i], (*sections)[i], lent);
    lent.hold(sections->back()).reset(); // of the groups there are copies
    const std::span all(segments);
    return Collections{
        SnapshotParts::collection_of(all.first(achievements), model),
        SnapshotParts::collection_of(all.subspan(achievements), model)};
}

void reseal_snapshot(std::span<std::uint8_t> file) {
    if (file.size() < checksum_size) return;
    const auto checksum = checksum_of(file);
    std::memcpy(&file[file.size() - checksum_size], &checksum, sizeof checksum);
}

} // namespace jishi::matching
