#include "sim/disk/paged_bytes.hpp"

#include <algorithm>
#include <cstring>

#include "net/ports/check.hpp"

namespace parley::sim {
namespace {

bool all_zero(net::ByteView bytes) {
    return bytes.empty() || (bytes.front() == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// Calls step(offset, size) for each piece of the range that lies in one page.
template <class Step>
void for_each_piece(std::uint64_t offset, std::uint64_t size, Step step) {
    for (const std::uint64_t end = offset + size; offset < end;) {
        const std::uint64_t piece = std::min(end - offset, PagedBytes::page_size - offset % PagedBytes::page_size);
        step(offset, piece);
        offset += piece;
    }
}

}  // namespace

PagedBytes::Page& PagedBytes::own(std::uint64_t page) {
    std::shared_ptr<Page>& mine = pages_.at(page);
    if (!mine) {
        mine = std::make_shared<Page>();
    } else if (mine.use_count() > 1) {
        mine = std::make_shared<Page>(*mine);
    }
    return *mine;
}

void PagedBytes::grow(std::uint64_t end) {
    if (end > size_) resize(end);
}

void PagedBytes::resize(std::uint64_t size) {
    const std::uint64_t tail = size % page_size;
    pages_.resize((size + page_size - 1) / page_size);
    if (size < size_ && tail != 0 && pages_.back()) {
        Page& last = own(pages_.size() - 1);
        std::fill(last.begin() + static_cast<std::ptrdiff_t>(tail), last.end(), std::byte{});
    }
    size_ = size;
}

std::size_t PagedBytes::read(std::uint64_t offset, std::span<std::byte> bytes) const {
    if (offset >= size_) return 0;
    const std::size_t size = std::min<std::uint64_t>(bytes.size(), size_ - offset);
    for_each_piece(offset, size, [&](std::uint64_t at, std::uint64_t piece) {
        const auto& page = pages_[at / page_size];
        std::byte* const target = bytes.data() + (at - offset);
        if (page) {
            std::memcpy(target, page->data() + at % page_size, piece);
        } else {
            std::memset(target, 0, piece);
        }
    });
    return size;
}

void PagedBytes::write_piece(std::uint64_t offset, net::ByteView piece) {
    if (piece.size() == page_size) {
        auto& page = pages_[offset / page_size];
        if (all_zero(piece)) return page.reset();
        if (!page || page.use_count() > 1) page = std::make_shared_for_overwrite<Page>();
        std::memcpy(page->data(), piece.data(), page_size);
        return;
    }
    std::memcpy(own(offset / page_size).data() + offset % page_size, piece.data(), piece.size());
}

void PagedBytes::write(std::uint64_t offset, net::ByteView bytes) {
    grow(offset + bytes.size());
    for_each_piece(offset, bytes.size(), [&](std::uint64_t at, std::uint64_t piece) {
        write_piece(at, bytes.subspan(at - offset, piece));
    });
}

void PagedBytes::write_from(const PagedBytes& source, std::uint64_t from, std::uint64_t offset, std::uint64_t size) {
    CHECK(from + size <= source.size_, "bytes of a file that are not there");
    grow(offset + size);
    const bool is_in_step = from % page_size == offset % page_size;
    for_each_piece(offset, size, [&](std::uint64_t at, std::uint64_t piece) {
        const std::uint64_t source_at = from + (at - offset);
        if (is_in_step && piece == page_size) {
            pages_[at / page_size] = source.pages_[source_at / page_size];
            return;
        }
        Page bytes;   // the source may be this file, and its pages end elsewhere
        source.read(source_at, std::span{bytes}.first(piece));
        write_piece(at, net::ByteView{bytes}.first(piece));
    });
}

std::byte PagedBytes::at(std::uint64_t offset) const {
    CHECK(offset < size_, "a byte of a file that is not there");
    const auto& page = pages_[offset / page_size];
    return page ? (*page)[offset % page_size] : std::byte{};
}

void PagedBytes::set(std::uint64_t offset, std::byte byte) {
    CHECK(offset < size_, "a byte of a file that is not there");
    own(offset / page_size)[offset % page_size] = byte;
}

bool PagedBytes::is_zero(std::uint64_t offset, std::uint64_t size) const {
    bool zero = true;
    if (offset >= size_) return zero;
    for_each_piece(offset, std::min(size, size_ - offset), [&](std::uint64_t at, std::uint64_t piece) {
        const auto& page = pages_[at / page_size];
        zero = zero && (!page || all_zero(net::ByteView{*page}.subspan(at % page_size, piece)));
    });
    return zero;
}

}  // namespace parley::sim
