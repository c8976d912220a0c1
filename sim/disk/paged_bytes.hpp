// PagedBytes: the bytes of a simulated file, in pages that copies share until one of them writes. Pages of zeros take no
// memory: a preallocated log is almost nothing else, and looking at a whole medium must not cost a copy of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "net/ports/bytes.hpp"

namespace parley::sim {

class PagedBytes {
public:
    static constexpr std::uint64_t page_size = 4096;

    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    // New bytes are zeros.
    void resize(std::uint64_t size);

    // Copies what there is from `offset` on; gives how many bytes that was.
    std::size_t read(std::uint64_t offset, std::span<std::byte> bytes) const;
    // Grows when the end lies behind the last byte.
    void write(std::uint64_t offset, net::ByteView bytes);
    // Writes `size` bytes of `source` from `from` on at `offset`; whole pages are shared. They have to be there.
    void write_from(const PagedBytes& source, std::uint64_t from, std::uint64_t offset, std::uint64_t size);

    [[nodiscard]] std::byte at(std::uint64_t offset) const;
    void set(std::uint64_t offset, std::byte byte);
    // Of the part of the range that is there.
    [[nodiscard]] bool is_zero(std::uint64_t offset, std::uint64_t size) const;

private:
    using Page = std::array<std::byte, page_size>;

    Page& own(std::uint64_t page);
    void write_piece(std::uint64_t offset, net::ByteView piece);
    void grow(std::uint64_t end);

    std::vector<std::shared_ptr<Page>> pages_;   // none: zeros. Behind the last byte every page holds zeros.
    std::uint64_t size_ = 0;
};

}  // namespace parley::sim
