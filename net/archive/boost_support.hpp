// What Boost.Serialization's own archives need to know of the types that our serialize() functions use and Boost does
// not: optional, variant, durations, and bytes as readable text. For dumps that people read; nothing that is read back
// from outside ever goes through these archives (they are neither portable nor safe on hostile bytes).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/serialization/array.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

namespace parley::net {

// "plain text stays, \x00 and its like are written so, \\ is one backslash": safe inside XML as well.
inline std::string readable(const std::vector<std::byte>& bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        const auto value = std::to_integer<unsigned>(byte);
        if (value == '\\') {
            text += "\\\\";
        } else if (value >= 0x20 && value < 0x7f) {
            text += static_cast<char>(value);
        } else {
            text += "\\x";
            text += digits[value >> 4U];
            text += digits[value & 0xfU];
        }
    }
    return text;
}

// The inverse; what is not of this form stays as it is.
inline std::vector<std::byte> from_readable(const std::string& text) {
    const auto digit = [](char c) { return c >= 'a' ? static_cast<unsigned>(c - 'a') + 10U : static_cast<unsigned>(c - '0'); };
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = static_cast<unsigned char>(text[i]);
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') {
            ++i;
        } else if (text[i] == '\\' && i + 3 < text.size()) {
            value = digit(text[i + 2]) * 16U + digit(text[i + 3]);
            i += 3;
        }
        bytes.push_back(static_cast<std::byte>(value & 0xffU));
    }
    return bytes;
}

}  // namespace parley::net

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, std::vector<std::byte>& bytes, unsigned) {
    std::string text;
    if constexpr (Archive::is_saving::value) text = parley::net::readable(bytes);
    archive & make_nvp("bytes", text);
    if constexpr (Archive::is_loading::value) bytes = parley::net::from_readable(text);
}

template <class Archive, class T>
void serialize(Archive& archive, std::optional<T>& optional, unsigned) {
    bool there = optional.has_value();
    archive & make_nvp("there", there);
    if constexpr (Archive::is_loading::value) {
        optional.reset();
        if (there) optional.emplace();
    }
    if (there) archive & make_nvp("value", *optional);
}

template <class Variant, class Archive, std::size_t... indices>
void load_alternative(Archive& archive, Variant& variant, std::size_t index, std::index_sequence<indices...>) {
    const auto load = [&](auto chosen) {
        archive & make_nvp("value", variant.template emplace<decltype(chosen)::value>());
    };
    ((indices == index ? load(std::integral_constant<std::size_t, indices>{}) : void()), ...);
}

template <class Archive, class... T>
void serialize(Archive& archive, std::variant<T...>& variant, unsigned) {
    std::size_t index = variant.index();
    archive & make_nvp("alternative", index);
    if constexpr (Archive::is_saving::value) {
        std::visit([&archive](auto& value) { archive & make_nvp("value", value); }, variant);
    } else {
        load_alternative(archive, variant, index, std::index_sequence_for<T...>{});
    }
}

template <class Archive, class Rep, class Period>
void serialize(Archive& archive, std::chrono::duration<Rep, Period>& duration, unsigned) {
    std::int64_t count = duration.count();
    archive & make_nvp("count", count);
    if constexpr (Archive::is_loading::value) duration = std::chrono::duration<Rep, Period>(static_cast<Rep>(count));
}

}  // namespace boost::serialization
