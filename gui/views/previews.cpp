#include "gui/views/previews.hpp"

#include <algorithm>

namespace parley::gui {
namespace {

constexpr std::size_t previews_max = 80;   // at 360 by 160 pixels and four bytes 18 MiB

}  // namespace

void Previews::clear() {
    previews_.clear();
    room_ = std::make_shared<int>(0);
}

const Previews::Preview* Previews::look(std::uint64_t number) {
    const auto [found, is_new] = previews_.try_emplace(number);
    found->second.drawn = ++looks_;
    if (is_new) forget_oldest();
    return is_new ? nullptr : &found->second;
}

const Previews::Preview* Previews::find(std::uint64_t number) const {
    const auto found = previews_.find(number);
    return found == previews_.end() ? nullptr : &found->second;
}

void Previews::forget_oldest() {
    if (previews_.size() <= previews_max) return;
    previews_.erase(std::ranges::min_element(previews_, {}, [](const auto& one) { return one.second.drawn; }));
}

void Previews::came(std::uint64_t number, std::shared_ptr<const net::Bytes> bytes, wxSize most) {
    const auto show = [this, number](std::optional<Pixels> pixels) {
        Preview& preview = previews_[number];
        preview.drawn = looks_;
        preview.state = pixels ? Preview::State::there : Preview::State::none;
        if (pixels) preview.bitmap = wxBitmap(image_of(*pixels));
        changed_();
    };
    if (!bytes) return show(std::nullopt);
    decoder_.unpack(std::move(bytes), most.x, most.y, [show, room = std::weak_ptr<int>(room_)](std::optional<Pixels> pixels) {
        if (!room.expired()) show(std::move(pixels));
    });
}

}  // namespace parley::gui
