// One type with every kind of field the archive knows, and a value of it with a different content in each.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "net/archive/archive.hpp"

namespace parley::net::sample {

enum class Colour : std::uint8_t { red = 0, green = 1, blue = 2 };
constexpr Colour greatest(Colour) { return Colour::blue; }

enum class Wide : std::uint16_t { none = 0, most = 300 };
constexpr Wide greatest(Wide) { return Wide::most; }

struct Point {
    std::int32_t x = 0;
    std::uint16_t y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};
template <class Archive>
void serialize(Archive& archive, Point& point, unsigned) {
    archive & make_nvp("x", point.x) & make_nvp("y", point.y);
}

struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};
template <class Archive>
void serialize(Archive&, Nothing&, unsigned) {}

struct Everything {
    bool yes = false;
    std::uint8_t u8 = 0;
    std::int16_t i16 = 0;
    std::uint32_t u32 = 0;
    std::int64_t i64 = 0;
    std::uint64_t u64 = 0;
    Colour colour = Colour::red;
    Wide wide = Wide::none;
    std::string text;
    Bytes bytes;
    std::vector<Point> points;
    std::vector<std::string> texts;
    std::array<std::byte, 3> raw{};
    std::array<std::uint16_t, 2> pair{};
    std::map<std::uint8_t, std::string> names;
    std::optional<Point> maybe;
    std::optional<std::string> absent;
    std::variant<Nothing, Point, std::string> choice;
    std::chrono::milliseconds time{0};
    friend bool operator==(const Everything&, const Everything&) = default;
};
template <class Archive>
void serialize(Archive& archive, Everything& e, unsigned) {
    archive & make_nvp("yes", e.yes) & make_nvp("u8", e.u8) & make_nvp("i16", e.i16) & make_nvp("u32", e.u32) &
        make_nvp("i64", e.i64) & make_nvp("u64", e.u64) & make_nvp("colour", e.colour) & make_nvp("wide", e.wide) &
        make_nvp("text", e.text) & make_nvp("bytes", e.bytes) & make_nvp("points", e.points) &
        make_nvp("texts", e.texts) & make_nvp("raw", e.raw) & make_nvp("pair", e.pair) & make_nvp("names", e.names) &
        make_nvp("maybe", e.maybe) & make_nvp("absent", e.absent) & make_nvp("choice", e.choice) &
        make_nvp("time", e.time);
}

// A type that contains itself: how deep may bytes from outside make us go?
struct Tree {
    std::vector<Tree> children;
    friend bool operator==(const Tree&, const Tree&) = default;
};
template <class Archive>
void serialize(Archive& archive, Tree& tree, unsigned) {
    archive & make_nvp("children", tree.children);
}

inline Everything everything() {
    Everything e;
    e.yes = true;
    e.u8 = 0xFE;
    e.i16 = -2;
    e.u32 = 0x01020304;
    e.i64 = -3;
    e.u64 = 0x1112131415161718;
    e.colour = Colour::blue;
    e.wide = Wide::most;
    e.text = "h\xC3\xA9";
    e.bytes = {std::byte{9}, std::byte{8}};
    e.points = {Point{-1, 1}, Point{2, 3}};
    e.texts = {"", "ab"};
    e.raw = {std::byte{1}, std::byte{2}, std::byte{3}};
    e.pair = {0x0A0B, 0x0C0D};
    e.names = {{1, "one"}, {7, ""}};
    e.maybe = Point{5, 6};
    e.choice = std::string("v");
    e.time = std::chrono::milliseconds(1500);
    return e;
}

}  // namespace parley::net::sample
