// Previews: the pictures beneath the messages of one room, unpacked as small as they are shown; the ones that were drawn last.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include <wx/bitmap.h>

#include "gui/views/picture_decoder.hpp"

namespace parley::gui {

class Previews {
public:
    // `changed`: one is there now, or is known to be none.
    explicit Previews(std::function<void()> changed) : changed_(std::move(changed)) {}

    struct Preview {
        enum class State { wanted, there, none };
        State state = State::wanted;
        wxBitmap bitmap;
        std::uint64_t drawn = 0;         // when, counted in looks
    };
    // Another room.
    void clear();
    // The one of this message; nullptr: nobody asked for it yet, and from now on it is wanted.
    const Preview* look(std::uint64_t number);
    [[nodiscard]] const Preview* find(std::uint64_t number) const;
    void came(std::uint64_t number, std::shared_ptr<const net::Bytes> bytes, wxSize most);

    [[nodiscard]] PictureDecoder& decoder() { return decoder_; }

private:
    void forget_oldest();

    std::function<void()> changed_;
    std::map<std::uint64_t, Preview> previews_;
    std::uint64_t looks_ = 0;
    std::shared_ptr<int> room_ = std::make_shared<int>(0);   // what is unpacked for another one is dropped
    PictureDecoder decoder_;
};

}  // namespace parley::gui
