#include "gui/views/picture_decoder.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <wx/app.h>

#include "gui/model/picture_head.hpp"

namespace parley::gui {
namespace {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
using Pixbuf = std::unique_ptr<GdkPixbuf, Unref>;
using Loader = std::unique_ptr<GdkPixbufLoader, Unref>;

constexpr int bytes_a_pixel = 4;

const char* loader_name(PictureHead::Kind kind) {
    switch (kind) {
        case PictureHead::Kind::png: return "png";
        case PictureHead::Kind::jpeg: return "jpeg";
        case PictureHead::Kind::gif: return "gif";
    }
    return "png";
}

struct Most {
    int width;
    int height;
};

void fit(GdkPixbufLoader* loader, int width, int height, gpointer data) {
    const auto* most = static_cast<const Most*>(data);
    const double by = std::min({1.0, static_cast<double>(most->width) / width, static_cast<double>(most->height) / height});
    gdk_pixbuf_loader_set_size(loader, std::max(1, static_cast<int>(width * by)), std::max(1, static_cast<int>(height * by)));
}

Pixels pixels_of(const GdkPixbuf* pixbuf) {
    Pixels pixels{gdk_pixbuf_get_width(pixbuf), gdk_pixbuf_get_height(pixbuf), {}};
    const int channels = gdk_pixbuf_get_n_channels(pixbuf);
    pixels.bytes.reserve(static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height) * bytes_a_pixel);
    const guint8* rows = gdk_pixbuf_read_pixels(pixbuf);
    for (int y = 0; y < pixels.height; ++y) {
        const guint8* row = rows + static_cast<std::ptrdiff_t>(y) * gdk_pixbuf_get_rowstride(pixbuf);
        for (int x = 0; x < pixels.width; ++x, row += channels) {
            pixels.bytes.insert(pixels.bytes.end(), row, row + 3);
            pixels.bytes.push_back(channels == bytes_a_pixel ? row[3] : 255);
        }
    }
    return pixels;
}

}  // namespace

std::optional<Pixels> unpacked(net::ByteView bytes, int width_max, int height_max) {
    const auto head = picture_head(bytes);
    if (!head) return std::nullopt;
    const Loader loader{gdk_pixbuf_loader_new_with_type(loader_name(head->kind), nullptr)};
    if (!loader) return std::nullopt;
    Most most{width_max, height_max};
    g_signal_connect(loader.get(), "size-prepared", G_CALLBACK(fit), &most);
    const bool is_written = gdk_pixbuf_loader_write(loader.get(), reinterpret_cast<const guchar*>(bytes.data()), bytes.size(), nullptr) != FALSE;
    const bool is_closed = gdk_pixbuf_loader_close(loader.get(), nullptr) != FALSE;
    GdkPixbuf* made = is_written && is_closed ? gdk_pixbuf_loader_get_pixbuf(loader.get()) : nullptr;
    if (made == nullptr) return std::nullopt;
    const Pixbuf upright{gdk_pixbuf_apply_embedded_orientation(made)};
    return upright ? std::optional{pixels_of(upright.get())} : std::nullopt;
}

std::optional<net::Bytes> packed(const Pixels& pixels) {
    const Pixbuf pixbuf{gdk_pixbuf_new_from_data(pixels.bytes.data(), GDK_COLORSPACE_RGB, TRUE, 8, pixels.width, pixels.height, pixels.width * bytes_a_pixel, nullptr, nullptr)};
    gchar* buffer = nullptr;
    gsize size = 0;
    if (!pixbuf || gdk_pixbuf_save_to_buffer(pixbuf.get(), &buffer, &size, "png", nullptr, nullptr) == FALSE) return std::nullopt;
    const auto* first = reinterpret_cast<const std::byte*>(buffer);
    net::Bytes bytes(first, first + size);
    g_free(buffer);
    return bytes;
}

wxImage image_of(const Pixels& pixels) {
    wxImage image(pixels.width, pixels.height, false);
    image.SetAlpha();
    unsigned char* colours = image.GetData();
    unsigned char* alpha = image.GetAlpha();
    const unsigned char* from = pixels.bytes.data();
    for (std::size_t i = 0; i < pixels.bytes.size() / bytes_a_pixel; ++i, from += bytes_a_pixel) {
        std::memcpy(colours + i * 3, from, 3);
        alpha[i] = from[3];
    }
    return image;
}

Pixels pixels_of(const wxImage& image) {
    Pixels pixels{image.GetWidth(), image.GetHeight(), {}};
    const std::size_t count = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
    pixels.bytes.resize(count * bytes_a_pixel);
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(&pixels.bytes[i * bytes_a_pixel], image.GetData() + i * 3, 3);
        pixels.bytes[i * bytes_a_pixel + 3] = image.HasAlpha() ? image.GetAlpha()[i] : 255;
    }
    return pixels;
}

// ---- the thread ----

// Kept by the thread and by what is on its way to the window; the decoder itself may be gone by then.
struct PictureDecoder::Work {
    using Job = std::function<std::function<void()>()>;   // runs on the thread; what it gives, on the window's

    void run() {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return is_over || !jobs.empty(); });
            if (is_over) return;
            const Job job = std::move(jobs.front());
            jobs.pop_front();
            lock.unlock();
            std::function<void()> told = job();
            lock.lock();
            if (!is_over) wxTheApp->CallAfter(std::move(told));
        }
    }
    void add(Job job) {
        {
            const std::lock_guard lock(mutex);
            jobs.push_back(std::move(job));
        }
        wake.notify_one();
    }

    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> jobs;
    bool is_over = false;
    std::thread thread;
};

PictureDecoder::PictureDecoder() : work_(std::make_shared<Work>()) {
    work_->thread = std::thread([work = work_.get()] { work->run(); });
}

PictureDecoder::~PictureDecoder() {
    {
        const std::lock_guard lock(work_->mutex);
        work_->is_over = true;
    }
    work_->wake.notify_one();
    work_->thread.join();
}

void PictureDecoder::unpack(std::shared_ptr<const net::Bytes> bytes, int width_max, int height_max, std::function<void(std::optional<Pixels>)> done) {
    work_->add([bytes = std::move(bytes), width_max, height_max, done = std::move(done), alive = std::weak_ptr<Work>(work_)] {
        auto result = std::make_shared<std::optional<Pixels>>(unpacked(*bytes, width_max, height_max));
        return [result, done, alive] {
            if (!alive.expired()) done(std::move(*result));
        };
    });
}

void PictureDecoder::pack(Pixels pixels, std::function<void(std::optional<net::Bytes>)> done) {
    auto shared = std::make_shared<Pixels>(std::move(pixels));
    work_->add([shared, done = std::move(done), alive = std::weak_ptr<Work>(work_)] {
        auto result = std::make_shared<std::optional<net::Bytes>>(packed(*shared));
        return [result, done, alive] {
            if (!alive.expired()) done(std::move(*result));
        };
    });
}

}  // namespace parley::gui
