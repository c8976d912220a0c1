// ToyImages: makes, checks and installs images of a toy state, as files on the machine's disk.
#pragma once

#include <vector>

#include "consensus/snapshot/exchange.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/sim_loop.hpp"
#include "sim/toy/toy_state.hpp"

namespace parley::sim {

class ToyImages {
public:
    using Made = net::Function<void(net::Result<consensus::MadeImage>)>;
    static constexpr const char* folder = "state";

    ToyImages(SimLoop& loop, net::Disk& disk, ToyShelf& shelf, Oracles& seen_by, std::uint32_t chunk_size)
        : loop_(loop), disk_(disk), shelf_(shelf), oracles_(seen_by), chunk_size_(chunk_size) {}

    // At the next boundary, where other replicas make theirs; here and now when none comes.
    void make(Made done);
    // After each slot.
    void applied();
    [[nodiscard]] net::Result<void> check(const std::string& path, const consensus::Manifest& manifest);

    // What a fetch left for this start, into the shelf. `machine` for the oracles.
    static net::Result<void> install(net::Disk& disk, consensus::Log& log, ToyShelf& shelf, Oracles& seen_by,
                                     MachineId machine);

private:
    static constexpr std::uint64_t boundary = 16;   // slots
    void make_now();
    net::Result<consensus::MadeImage> written();

    SimLoop& loop_;
    net::Disk& disk_;
    ToyShelf& shelf_;
    Oracles& oracles_;
    std::uint32_t chunk_size_;
    std::vector<Made> waiting_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::sim
