// Encoding and checking of blocks. The checksum covers magic, size and contents; whatever differs by one bit is none.
#include "consensus/storage/format.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/format.h>
#include <xxhash.h>

namespace parley::consensus::storage {

namespace {

constexpr std::uint32_t header_magic = 0x31474553;   // "SEG1"
constexpr std::uint32_t record_magic = 0x31434552;   // "REC1"
constexpr std::uint32_t seal_magic = 0x31414553;     // "SEA1"
constexpr std::uint32_t meta_magic = 0x3154454d;     // "MET1"

struct Prefix {
    std::uint32_t magic = 0;
    std::uint32_t size = 0;
    std::uint64_t checksum = 0;
};
template <class Archive>
void serialize(Archive& a, Prefix& p, unsigned) {
    a & make_nvp("magic", p.magic) & make_nvp("size", p.size) & make_nvp("checksum", p.checksum);
}

std::uint64_t page_checksum(std::uint32_t magic, net::ByteView content, std::uint64_t seed) {
    return checksum(content, seed ^ (std::uint64_t{magic} << 32U) ^ content.size());
}

template <class T>
net::Bytes encode_page(std::uint32_t magic, const T& value, std::uint64_t seed) {
    const net::Bytes content = net::encode(value);
    net::OutArchive page{page_prefix_size + content.size()};
    page & Prefix{magic, static_cast<std::uint32_t>(content.size()), page_checksum(magic, content, seed)};
    net::Bytes bytes = page.take();
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}

bool has_magic(net::ByteView bytes, std::uint32_t magic) {
    if (bytes.size() < page_prefix_size) return false;
    for (std::size_t i = 0; i < 4; ++i) {
        if (bytes[i] != static_cast<std::byte>((magic >> (8 * i)) & 0xffU)) return false;
    }
    return true;
}

template <class T>
std::optional<T> decode_page(std::uint32_t magic, net::ByteView bytes, std::uint64_t seed) {
    if (!has_magic(bytes, magic)) return std::nullopt;
    const auto prefix = net::decode<Prefix>(bytes.first(page_prefix_size));
    if (!prefix || prefix->size > bytes.size() - page_prefix_size) return std::nullopt;
    const net::ByteView content = bytes.subspan(page_prefix_size, prefix->size);
    if (prefix->checksum != page_checksum(magic, content, seed)) return std::nullopt;
    auto value = net::decode<T>(content);
    if (!value) return std::nullopt;
    return std::move(*value);
}

// Asked for each block that is looked at when a log is opened, so it takes no memory.
std::uint64_t hash_words(const std::array<std::uint64_t, 5>& words) {
    if constexpr (std::endian::native == std::endian::little) return checksum(std::as_bytes(std::span{words}), 0);
    std::array<std::byte, sizeof(words)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>((words[i / 8] >> (8 * (i % 8))) & 0xffU);
    return checksum(bytes, 0);
}

}  // namespace

std::uint64_t checksum(net::ByteView bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t Seed::at(Place place) const { return hash_words({cluster_.value, node_.value, place.use, place.block, 0}); }

std::uint64_t extend_hash(std::uint64_t hash, const SlotAtBallot& what, std::uint64_t value_checksum) {
    return hash_words({hash, what.slot.value, what.ballot.round, what.ballot.node.value, value_checksum});
}

net::Bytes encode_header(const SegmentHeader& header, std::uint64_t seed) {
    return encode_page(header_magic, header, seed);
}
net::Bytes encode_record_header(const RecordHeader& header, std::uint64_t seed) {
    return encode_page(record_magic, header, seed);
}
net::Bytes encode_seal(const Seal& seal, std::uint64_t seed) { return encode_page(seal_magic, seal, seed); }
net::Bytes encode_meta(const Meta& meta) { return encode_page(meta_magic, meta, 0); }

bool may_be_record(net::ByteView bytes) { return has_magic(bytes, record_magic); }
bool may_be_seal(net::ByteView bytes) { return has_magic(bytes, seal_magic); }

std::optional<SegmentHeader> decode_header(net::ByteView bytes, std::uint64_t seed) {
    return decode_page<SegmentHeader>(header_magic, bytes, seed);
}
std::optional<RecordHeader> decode_record_header(net::ByteView bytes, std::uint64_t seed) {
    return decode_page<RecordHeader>(record_magic, bytes, seed);
}
std::optional<Seal> decode_seal(net::ByteView bytes, std::uint64_t seed) {
    return decode_page<Seal>(seal_magic, bytes, seed);
}
std::optional<Meta> decode_meta(net::ByteView bytes) { return decode_page<Meta>(meta_magic, bytes, 0); }

std::uint64_t seal_bytes(std::size_t records, std::size_t previous) {
    static const std::uint64_t fixed = encode_seal(Seal{}, 0).size();
    static const std::uint64_t per_record = net::encode(SealedRecord{}).size();
    static const std::uint64_t per_previous = net::encode(SlotAtBallot{}).size();
    return fixed + records * per_record + previous * per_previous;
}

std::string segment_name(std::uint64_t use) { return fmt::format("{}{:016x}", segment_prefix, use); }
std::string prepared_name(std::uint64_t use) { return fmt::format("{}{:016x}", prepared_prefix, use); }

std::optional<std::uint64_t> use_of_name(const std::string& name, const std::string& prefix) {
    if (!name.starts_with(prefix) || name.size() != prefix.size() + 16) return std::nullopt;
    std::uint64_t use = 0;
    const char* const end = name.data() + name.size();
    const auto [rest, code] = std::from_chars(name.data() + prefix.size(), end, use, 16);
    if (code != std::errc{} || rest != end || use == 0) return std::nullopt;
    return use;
}

bool all_zero(net::ByteView bytes) {
    if (bytes.empty()) return true;
    return bytes[0] == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

}  // namespace parley::consensus::storage
