// The bounded archive: each kind of field has exactly one form in bytes, the one that docs/wire.md writes down.
#include "net/archive/archive.hpp"

#include <limits>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/unit/archive/sample.hpp"

namespace parley::net {
namespace {

using namespace sample;

std::string hex(ByteView bytes) {
    std::string text;
    for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return text;
}

Bytes from_hex(const std::string& text) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) bytes.push_back(static_cast<std::byte>(std::stoul(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

// One golden pair: the value gives these bytes, and these bytes give the value.
template <class T>
void expect_form(const T& value, const std::string& bytes) {
    EXPECT_EQ(hex(encode(value)), bytes);
    const auto decoded = decode<T>(from_hex(bytes));
    ASSERT_TRUE(decoded.has_value()) << bytes;
    EXPECT_TRUE(*decoded == value) << bytes;
}

template <class T>
void expect_refused(const std::string& bytes) {
    const auto decoded = decode<T>(from_hex(bytes));
    ASSERT_FALSE(decoded.has_value()) << bytes;
    EXPECT_EQ(decoded.error().kind, ErrorKind::malformed);
}

TEST(Archive, WritesIntegersLittleEndianInTheirFixedWidth) {
    expect_form(std::uint8_t{0xAB}, "ab");
    expect_form(std::int8_t{-1}, "ff");
    expect_form(std::uint16_t{0x0102}, "0201");
    expect_form(std::int16_t{-2}, "feff");
    expect_form(std::uint32_t{0x01020304}, "04030201");
    expect_form(std::int32_t{std::numeric_limits<std::int32_t>::min()}, "00000080");
    expect_form(std::uint64_t{0x0102030405060708}, "0807060504030201");
    expect_form(std::int64_t{-1}, "ffffffffffffffff");
}

TEST(Archive, WritesTruthAsZeroOrOneAndReadsNothingElse) {
    expect_form(true, "01");
    expect_form(false, "00");
    expect_refused<bool>("02");
    expect_refused<bool>("ff");
}

TEST(Archive, WritesEnumsInTheirOwnWidthAndReadsNoneAboveTheGreatest) {
    expect_form(Colour::blue, "02");
    expect_refused<Colour>("03");
    expect_form(Wide::most, "2c01");
    expect_refused<Wide>("2d01");
}

TEST(Archive, WritesTextAndBytesBehindTheirLength) {
    expect_form(std::string("hi"), "020000006869");
    expect_form(std::string(), "00000000");
    expect_form(std::string("a\0b", 3), "03000000610062");
    expect_form(Bytes{std::byte{0xFF}}, "01000000ff");
    expect_refused<std::string>("0300000068");
    expect_refused<Bytes>("ffffffff00");
}

TEST(Archive, WritesListsBehindTheirLengthAndArraysWithout) {
    expect_form(std::vector<std::uint16_t>{1, 2}, "0200000001000200");
    expect_form(std::vector<std::string>{"a", ""}, "02000000" "0100000061" "00000000");
    expect_form(std::array<std::uint16_t, 2>{1, 2}, "01000200");
    expect_form(std::array<std::byte, 2>{std::byte{7}, std::byte{8}}, "0708");
    expect_refused<std::vector<std::uint16_t>>("03000000010002000");
    expect_refused<std::vector<std::uint16_t>>("ffffffff");
}

TEST(Archive, WritesMapsInTheOrderOfTheirKeysAndReadsNoOtherOrder) {
    using Map = std::map<std::uint8_t, std::uint8_t>;
    expect_form(Map{{1, 10}, {2, 20}}, "02000000" "010a" "0214");
    expect_refused<Map>("02000000" "0214" "010a");
    expect_refused<Map>("02000000" "010a" "010a");
}

TEST(Archive, WritesWhatMayBeAbsentBehindATruth) {
    using Maybe = std::optional<std::uint8_t>;
    expect_form(Maybe{5}, "0105");
    expect_form(Maybe{}, "00");
    expect_refused<Maybe>("0205");
    expect_refused<Maybe>("01");
}

TEST(Archive, WritesAChoiceBehindItsIndex) {
    using Choice = std::variant<Nothing, Point, std::string>;
    expect_form(Choice{Nothing{}}, "00");
    expect_form(Choice{Point{1, 2}}, "01" "01000000" "0200");
    expect_form(Choice{std::string("x")}, "02" "0100000078");
    expect_refused<Choice>("03");
    expect_refused<Choice>("");
}

TEST(Archive, WritesDurationsAsTheCountOfTheirOwnUnit) {
    expect_form(std::chrono::milliseconds{-1}, "ffffffffffffffff");
    expect_form(std::chrono::seconds{2}, "0200000000000000");
}

TEST(Archive, WritesTypesAsTheirFieldsOneBehindTheOther) {
    expect_form(everything(),
                "01" "fe" "feff" "04030201" "fdffffffffffffff" "1817161514131211"   // integers
                "02" "2c01"                                                           // enums
                "03000000" "68c3a9" "02000000" "0908"                                 // text, bytes
                "02000000" "ffffffff" "0100" "02000000" "0300"                        // points
                "02000000" "00000000" "02000000" "6162"                               // texts
                "010203" "0b0a" "0d0c"                                                // arrays
                "02000000" "01" "03000000" "6f6e65" "07" "00000000"                   // map
                "01" "05000000" "0600" "00"                                           // optionals
                "02" "01000000" "76"                                                  // variant
                "dc05000000000000");                                                  // duration
}

TEST(Archive, RefusesBytesThatAreLeftOver) {
    expect_refused<std::uint8_t>("0102");
    expect_refused<Point>("010000000200" "00");
    expect_refused<Nothing>("00");
}

TEST(Archive, ATypeCanRefuseItsOwnContents) {
    InArchive archive{ByteView{}};
    EXPECT_TRUE(archive.complete());
    archive.fail();
    EXPECT_FALSE(archive.good());
    EXPECT_FALSE(archive.complete());
}

TEST(Archive, ReadsNoDeeperThanItsLimit) {
    const auto nested = [](int levels) {
        Tree tree;
        for (int i = 1; i < levels; ++i) {
            Tree outer;
            outer.children.push_back(std::move(tree));
            tree = std::move(outer);
        }
        return encode(tree);
    };
    EXPECT_TRUE(decode<Tree>(nested(32)).has_value());
    EXPECT_FALSE(decode<Tree>(nested(33)).has_value());
    EXPECT_FALSE(decode<Tree>(nested(5000)).has_value());
}

TEST(Archive, SeveralValuesShareOneStream) {
    OutArchive out;
    out & std::uint8_t{1} & std::string("two");
    out << Point{3, 4};
    const Bytes bytes = out.take();
    InArchive in{bytes};
    std::uint8_t one = 0;
    std::string two;
    Point three;
    in & one & two;
    EXPECT_FALSE(in.complete());
    in >> three;
    EXPECT_TRUE(in.complete());
    EXPECT_EQ(one, 1);
    EXPECT_EQ(two, "two");
    EXPECT_EQ(three, (Point{3, 4}));
}

}  // namespace
}  // namespace parley::net
