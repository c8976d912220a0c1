#include "consensus/snapshot/offers.hpp"

#include <utility>

#include "consensus/snapshot/manifest.hpp"

namespace parley::consensus {

bool Offers::useful(Slot next) {
    // Behind its last slot the log has to go on.
    return offered_ && offered_->image.manifest.slot >= next && offered_->image.manifest.slot.next() >= events_.floor();
}

void Offers::wanted(NodeId from, const ImageWanted& wanted) {
    if (useful(wanted.next)) {
        offered_->asked_at = loop_.now();
        return events_.send(from, ImageOffered{offered_->image.manifest});
    }
    waiting_.insert(from);
    make();
}

void Offers::offer(Slot next, Answer answer) {
    if (useful(next)) {
        offered_->asked_at = loop_.now();
        return answer(offered_->image.manifest);
    }
    if (answers_.size() >= answers_max) return answer(net::Error{net::ErrorKind::full, "too many wait for a snapshot here; try again later"});
    answers_.push_back(std::move(answer));
    make();
}

void Offers::make() {
    if (std::exchange(making_, true)) return;
    events_.make([this, alive = std::weak_ptr{alive_}](net::Result<MadeImage> image) {
        if (!alive.expired()) made(std::move(image));
    });
}

net::Result<void> Offers::take(net::Result<MadeImage> image) {
    if (!image) return image.error();
    if (!image->manifest.sane()) return net::Error{net::ErrorKind::refused, "the state is too large for a snapshot"};
    auto file = disk_.open(image->path, net::OpenMode::read_only);
    if (!file) return file.error();
    if (offered_ && offered_->image.path != image->path) let_go();
    const ImageId id = image->manifest.id();
    offered_ = Offered{std::move(*image), id, std::move(*file), loop_.now()};
    look_later();
    return {};
}

// It is as large as the state: when nobody fetches it and the log has passed it, it goes.
void Offers::look_later() {
    loop_.cancel(timer_);
    timer_ = loop_.after(held_for, [this] {
        if (!offered_) return;
        if (!held() && !useful(offered_->image.manifest.slot)) return let_go();
        look_later();
    });
}

void Offers::let_go() {
    static_cast<void>(disk_.remove(offered_->image.path));   // what stays after all goes with the next start
    if (events_.close) events_.close(std::move(offered_->file));
    offered_.reset();
}

void Offers::made(net::Result<MadeImage> image) {
    making_ = false;
    const std::set<NodeId> waiting = std::exchange(waiting_, {});
    std::vector<Answer> answers = std::exchange(answers_, {});
    const auto taken = take(std::move(image));
    for (Answer& answer : answers) answer(taken ? net::Result<Manifest>{offered_->image.manifest} : net::Result<Manifest>{taken.error()});
    if (!taken) return;   // asked again by a peer, it is tried again
    for (const NodeId node : waiting) events_.send(node, ImageOffered{offered_->image.manifest});
}

void Offers::wanted(NodeId from, const ChunkWanted& wanted) { events_.send(from, ChunkData{wanted.image, wanted.chunk, chunk(wanted.image, wanted.chunk)}); }

net::Bytes Offers::chunk(const ImageId& image, std::uint32_t chunk) {
    if (!offered_ || offered_->id != image || chunk >= offered_->image.manifest.chunks.size()) return {};
    const Manifest& manifest = offered_->image.manifest;
    offered_->asked_at = loop_.now();
    net::Bytes bytes(manifest.bytes_of(chunk));
    const auto got = offered_->file->read(manifest.offset_of(chunk), bytes);
    if (got && *got == bytes.size() && hash_of_chunk(bytes) == manifest.chunks[chunk]) return bytes;
    // Unreadable, or damaged since: another one is made when somebody asks.
    let_go();
    return {};
}

std::optional<Slot> Offers::held() const {
    if (!offered_ || loop_.now() - offered_->asked_at > held_for) return std::nullopt;
    return offered_->image.manifest.slot;
}

}  // namespace parley::consensus
