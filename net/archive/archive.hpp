// The bounded archive: types describe themselves once with the Boost.Serialization convention
//
//     template <class Archive>
//     void serialize(Archive& archive, Accept& message, unsigned version) {
//         archive & make_nvp("ballot", message.ballot) & make_nvp("slot", message.slot);
//     }
//
// and are written and read here as little-endian bytes of fixed width. Reading is safe on hostile bytes: every length
// is checked against what is left before memory is taken, every enum and index against its range, and bytes that are
// left over are an error. The layout is written down in docs/wire.md.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/serialization/nvp.hpp>

#include "net/ports/bytes.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

using boost::serialization::make_nvp;

// An enum that travels says its greatest value, found by ADL: constexpr Role greatest(Role) { return Role::leader; }
template <class T>
concept BoundedEnum = std::is_enum_v<T> && requires(T value) {
    { greatest(value) } -> std::same_as<T>;
};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t size>
struct IsArray<std::array<T, size>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class K, class V>
struct IsMap<std::map<K, V>> : std::true_type {};

template <class T>
concept Described = std::is_class_v<T> && !IsVector<T>::value && !IsOptional<T>::value && !IsVariant<T>::value &&
                    !IsArray<T>::value && !IsMap<T>::value && !std::same_as<T, std::string>;

class OutArchive {
public:
    using is_saving = std::true_type;
    using is_loading = std::false_type;

    OutArchive() = default;
    // Takes the memory for that many bytes at once.
    explicit OutArchive(std::size_t expected_size) { bytes_.reserve(expected_size); }

    template <class T>
    OutArchive& operator&(const T& value) {
        save(value);
        return *this;
    }
    template <class T>
    OutArchive& operator<<(const T& value) {
        return *this & value;
    }

    Bytes take() { return std::move(bytes_); }

private:
    template <class T>
    void save(const boost::serialization::nvp<T>& named) {
        save(named.const_value());
    }

    template <std::integral T>
    void save(const T& value) {
        using Unsigned = typename std::conditional_t<std::same_as<T, bool>, std::type_identity<std::uint8_t>,
                                                     std::make_unsigned<T>>::type;
        auto rest = static_cast<Unsigned>(value);
        std::array<std::byte, sizeof(Unsigned)> out{};
        for (auto& byte : out) {
            byte = static_cast<std::byte>(rest & 0xFFU);
            if constexpr (sizeof(Unsigned) > 1) rest = static_cast<Unsigned>(rest >> 8U);
        }
        append(out);
    }

    template <class T>
        requires std::is_enum_v<T>
    void save(const T& value) {
        save(static_cast<std::underlying_type_t<T>>(value));
    }

    void save(const std::string& text) {
        save_length(text.size());
        append(std::as_bytes(std::span{text}));
    }

    void save(const Bytes& bytes) {
        save_length(bytes.size());
        append(bytes);
    }

    template <class T>
        requires(!std::same_as<T, std::byte>)
    void save(const std::vector<T>& values) {
        save_length(values.size());
        for (const T& value : values) save(value);
    }

    template <class T, std::size_t size>
    void save(const std::array<T, size>& values) {
        for (const T& value : values) save(value);
    }
    void save(const std::byte& value) { append(std::span{&value, 1}); }

    template <class K, class V>
    void save(const std::map<K, V>& values) {
        save_length(values.size());
        for (const auto& [key, value] : values) {
            save(key);
            save(value);
        }
    }

    template <class T>
    void save(const std::optional<T>& value) {
        save(value.has_value());
        if (value) save(*value);
    }

    template <class... T>
    void save(const std::variant<T...>& value) {
        static_assert(sizeof...(T) <= 255);
        save(static_cast<std::uint8_t>(value.index()));
        std::visit([this](const auto& alternative) { this->save(alternative); }, value);
    }

    template <class Rep, class Period>
    void save(const std::chrono::duration<Rep, Period>& value) {
        save(static_cast<std::int64_t>(value.count()));
    }

    template <Described T>
    void save(const T& value) {
        // The convention has one function for both ways; saving never changes the value.
        serialize(*this, const_cast<T&>(value), 0U);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    }

    void save_length(std::size_t size) { save(static_cast<std::uint32_t>(size)); }
    void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    Bytes bytes_;
};

class InArchive {
public:
    using is_saving = std::false_type;
    using is_loading = std::true_type;

    explicit InArchive(ByteView bytes) : rest_(bytes) {}

    // nvp's are passed as temporaries, as Boost's archives allow.
    template <class T>
    InArchive& operator&(T&& value) {
        load(value);
        return *this;
    }
    template <class T>
    InArchive& operator>>(T&& value) {
        return *this & std::forward<T>(value);
    }

    // False as soon as one field did not fit its type; what was read then is of no use.
    [[nodiscard]] bool good() const { return good_; }
    // Good, and every byte was used.
    [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }
    // For a type whose serialize() finds its own contents impossible.
    void fail() {
        good_ = false;
        rest_ = {};
    }

private:
    template <class T>
    void load(const boost::serialization::nvp<T>& named) {
        load(named.value());
    }

    template <std::integral T>
    void load(T& value) {
        using Unsigned = typename std::conditional_t<std::same_as<T, bool>, std::type_identity<std::uint8_t>,
                                                     std::make_unsigned<T>>::type;
        const ByteView bytes = cut(sizeof(Unsigned));
        Unsigned result = 0;
        for (std::size_t i = bytes.size(); i-- > 0;) {
            if constexpr (sizeof(Unsigned) > 1) result = static_cast<Unsigned>(result << 8U);
            result = static_cast<Unsigned>(result | std::to_integer<Unsigned>(bytes[i]));
        }
        if constexpr (std::same_as<T, bool>) {
            if (result > 1) fail();
            value = result == 1;
        } else {
            value = static_cast<T>(result);
        }
    }

    template <BoundedEnum T>
    void load(T& value) {
        using Underlying = std::underlying_type_t<T>;
        static_assert(std::is_unsigned_v<Underlying>, "a travelling enum has an unsigned type");
        Underlying raw{};
        load(raw);
        if (raw > static_cast<Underlying>(greatest(T{}))) return fail();
        value = static_cast<T>(raw);
    }

    void load(std::string& text) {
        const ByteView bytes = cut(load_length(1));
        text.resize(bytes.size());
        if (!bytes.empty()) std::memcpy(text.data(), bytes.data(), bytes.size());
    }

    void load(Bytes& value) {
        const ByteView bytes = cut(load_length(1));
        value.assign(bytes.begin(), bytes.end());
    }

    template <class T>
        requires(!std::same_as<T, std::byte>)
    void load(std::vector<T>& values) {
        values.clear();
        const std::size_t size = load_length(1);
        for (std::size_t i = 0; i < size && good_; ++i) {
            T value{};
            load(value);
            values.push_back(std::move(value));
        }
    }

    template <class T, std::size_t size>
    void load(std::array<T, size>& values) {
        for (T& value : values) load(value);
    }
    void load(std::byte& value) {
        const ByteView bytes = cut(1);
        value = bytes.empty() ? std::byte{} : bytes[0];
    }

    template <class K, class V>
    void load(std::map<K, V>& values) {
        values.clear();
        const std::size_t size = load_length(1);
        for (std::size_t i = 0; i < size && good_; ++i) {
            K key{};
            V value{};
            load(key);
            load(value);
            // One encoding per value: keys strictly grow.
            if (!values.empty() && !(values.rbegin()->first < key)) return fail();
            values.emplace_hint(values.end(), std::move(key), std::move(value));
        }
    }

    template <class T>
    void load(std::optional<T>& value) {
        bool there = false;
        load(there);
        value.reset();
        if (there && good_) load(value.emplace());
    }

    template <class... T>
    void load(std::variant<T...>& value) {
        std::uint8_t index = 0;
        load(index);
        if (!good_) return;
        if (index >= sizeof...(T)) return fail();
        load_alternative(value, index, std::index_sequence_for<T...>{});
    }

    template <class Variant, std::size_t... indices>
    void load_alternative(Variant& value, std::size_t index, std::index_sequence<indices...>) {
        ((indices == index ? load(value.template emplace<indices>()) : void()), ...);
    }

    template <class Rep, class Period>
    void load(std::chrono::duration<Rep, Period>& value) {
        std::int64_t count = 0;
        load(count);
        value = std::chrono::duration<Rep, Period>(static_cast<Rep>(count));
    }

    template <Described T>
    void load(T& value) {
        if (++depth_ > depth_max) return fail();
        serialize(*this, value, 0U);
        --depth_;
    }

    // Every element takes at least element_size_min bytes, so a length that cannot fit is refused here.
    std::size_t load_length(std::size_t element_size_min) {
        std::uint32_t size = 0;
        load(size);
        if (size > rest_.size() / element_size_min) {
            fail();
            return 0;
        }
        return size;
    }

    ByteView cut(std::size_t size) {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const ByteView bytes = rest_.first(size);
        rest_ = rest_.subspan(size);
        return bytes;
    }

    static constexpr int depth_max = 32;
    ByteView rest_;
    int depth_ = 0;
    bool good_ = true;
};

template <class T>
Bytes encode(const T& value) {
    OutArchive archive;
    archive & value;
    return archive.take();
}

// The value, or ErrorKind::malformed when the bytes are too few, too many or out of range.
template <class T>
Result<T> decode(ByteView bytes) {
    InArchive archive{bytes};
    T value{};
    archive & value;
    if (!archive.complete()) return Error{ErrorKind::malformed, "these bytes are not what they claim to be"};
    return value;
}

}  // namespace parley::net
