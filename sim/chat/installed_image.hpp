// InstalledImage: what a start makes of a fetched image (O12). A start that takes it ends with the state that the image
// holds: nothing of the state before it, in the database or in SQLite's log, may show through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/machine.hpp"

namespace parley::sim {

class InstalledImage {
public:
    // Before the start looks at its disk.
    explicit InstalledImage(SimDisk& disk);

    // After a start that opened its state, which stands at `applied`: what is wrong with it, in a sentence.
    [[nodiscard]] std::optional<std::string> compare(std::uint64_t applied) const;

private:
    SimDisk& disk_;
    std::optional<std::uint64_t> slot_;   // none: there is no image, or one that the disk has changed
};

}  // namespace parley::sim
