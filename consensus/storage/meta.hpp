// MetaStore: what a node must never forget besides its log (L4), in two files of the same content with two places each.
// An update goes to the place that the one before did not use, in copy A and then in copy B, each synced; so at any
// moment one copy is whole, and a message may leave after both.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "consensus/storage/format.hpp"
#include "net/ports/disk.hpp"

namespace parley::consensus::storage {

enum class MetaPlaceState { empty, good, bad };

struct MetaPlace {
    MetaPlaceState state = MetaPlaceState::empty;
    Meta meta;                       // if good
};
struct MetaCopy {
    bool readable = false;           // the file is there and could be read
    std::array<MetaPlace, 2> places{};
    [[nodiscard]] bool trusted() const;   // a good place and no bad one: nothing newer can have been lost
    [[nodiscard]] const Meta* newest() const;
};

MetaCopy decode_meta_copy(net::ByteView file);
// The content to go on with, or none when no copy can be trusted.
const Meta* newest_meta(const MetaCopy& a, const MetaCopy& b);

class MetaStore {
public:
    // Both files new, durable under their names when this returns; a crash before leaves none or whole ones.
    static net::Result<void> create(net::Disk& disk, const std::string& folder, Meta meta);
    // Reads both copies. ErrorKind::damaged when neither can be trusted.
    static net::Result<std::unique_ptr<MetaStore>> open(net::Disk& disk, const std::string& folder);

    [[nodiscard]] const Meta& meta() const { return meta_; }
    // While opening: durable in both copies when it returns.
    net::Result<void> replace(Meta meta);
    // While no update is on its way: makes each copy anew that does not hold this on the medium, one after the other. True when one
    // had to be.
    net::Result<bool> mend();
    // While running: `done` after both copies are durable. One update at a time.
    void update(Meta meta, net::Function<void(net::Result<void>)> done);

private:
    MetaStore(net::Disk& disk, std::string folder, std::array<std::shared_ptr<net::File>, 2> files, Meta meta)
        : disk_(disk), folder_(std::move(folder)), files_(std::move(files)), meta_(std::move(meta)) {}

    net::Result<void> write_both(const Meta& meta);

    net::Disk& disk_;
    std::string folder_;
    std::array<std::shared_ptr<net::File>, 2> files_;   // A, B
    Meta meta_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus::storage
