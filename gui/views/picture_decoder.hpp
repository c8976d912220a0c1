// PictureDecoder: unpacks pictures, and packs those that were pasted, on a thread of its own, so that the window never waits for it. What comes of it
// is told on the window's thread. The bytes are somebody else's: only PNG, JPEG and GIF are unpacked, and only to the size that is asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <wx/image.h>

#include "net/ports/bytes.hpp"

namespace parley::gui {

// Rows from top to bottom, red, green, blue and how opaque, a byte each.
struct Pixels {
    int width = 0;
    int height = 0;
    std::vector<unsigned char> bytes;
};

// In pixels of the screen; as large as it is where it fits. None: it is no picture, damaged, or too large to be unpacked.
std::optional<Pixels> unpacked(net::ByteView bytes, int width_max, int height_max);
// As a PNG; none where there is no memory for it.
std::optional<net::Bytes> packed(const Pixels& pixels);

wxImage image_of(const Pixels& pixels);
Pixels pixels_of(const wxImage& image);

class PictureDecoder {
public:
    PictureDecoder();
    // What was not done yet is dropped.
    ~PictureDecoder();
    PictureDecoder(const PictureDecoder&) = delete;
    PictureDecoder& operator=(const PictureDecoder&) = delete;

    void unpack(std::shared_ptr<const net::Bytes> bytes, int width_max, int height_max, std::function<void(std::optional<Pixels>)> done);
    void pack(Pixels pixels, std::function<void(std::optional<net::Bytes>)> done);

private:
    struct Work;
    std::shared_ptr<Work> work_;
};

}  // namespace parley::gui
