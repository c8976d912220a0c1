// Offers: hands this replica's image to whoever lies below the floor. An image is made when somebody wants one and the one
// at hand is of no use; one at a time. It answers questions and remembers nobody.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/snapshot/messages.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"

namespace parley::consensus {

struct MadeImage {
    std::string path;      // below the disk's root; this object removes the file when it is of no use any more
    Manifest manifest;
};

struct OffersEvents {
    net::Function<void(NodeId, const SnapshotMessage&)> send;
    // Makes an image of the state, of a slot that is at or above every slot applied when it is asked; answers on the Loop.
    net::Function<void(net::Function<void(net::Result<MadeImage>)>)> make;
    net::Function<Slot()> floor;   // of this replica's log: an image that ends below it helps nobody
    // To close a file that has no name any more is what gives its blocks back, which takes a while for a large one: away from the
    // Loop. May be left out.
    net::Function<void(std::shared_ptr<net::File>)> close;
};

class Offers {
public:
    Offers(net::Loop& loop, net::Disk& disk, OffersEvents events) : loop_(loop), disk_(disk), events_(std::move(events)) {}
    Offers(const Offers&) = delete;
    Offers& operator=(const Offers&) = delete;
    ~Offers() { loop_.cancel(timer_); }

    void wanted(NodeId from, const ImageWanted& wanted);
    void wanted(NodeId from, const ChunkWanted& wanted);

    // For one who is no peer: the image at hand if it holds `next`, otherwise a new one, which holds all that is applied now. Only a
    // few wait at a time. Its bytes, chunk by chunk; empty when it is not at hand any more.
    using Answer = net::Function<void(net::Result<Manifest>)>;
    void offer(Slot next, Answer answer);
    net::Bytes chunk(const ImageId& image, std::uint32_t chunk);

    // The slot of an image that somebody has asked for lately: the log keeps what follows it.
    [[nodiscard]] std::optional<Slot> held() const;

private:
    struct Offered {
        MadeImage image;
        ImageId id;
        std::shared_ptr<net::File> file;
        net::Instant asked_at;
    };
    static constexpr net::Duration held_for = std::chrono::seconds{30};
    static constexpr std::size_t answers_max = 8;

    [[nodiscard]] bool useful(Slot next);
    void look_later();
    void let_go();
    void make();
    void made(net::Result<MadeImage> image);
    net::Result<void> take(net::Result<MadeImage> image);

    net::Loop& loop_;
    net::Disk& disk_;
    OffersEvents events_;
    std::optional<Offered> offered_;
    net::TimerId timer_;         // while there is one
    bool making_ = false;
    std::set<NodeId> waiting_;   // asked while an image was being made
    std::vector<Answer> answers_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus
