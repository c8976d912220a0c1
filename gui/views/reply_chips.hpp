// ReplyChips: above the composer, what one might answer. Taking one puts its text where one types, and nothing more: it is
// sent by whoever reads it, or not at all. What a service outside made says so, with the name of its host.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <wx/panel.h>

#include "gui/model/notifications.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

class ReplyChip;

class ReplyChips : public wxPanel {
public:
    static constexpr std::size_t chips_max = 3;

    explicit ReplyChips(wxWindow* parent);
    void set_palette(const Palette& palette);
    // nullptr: nothing is suggested, and the row takes no place. True when that changed.
    bool show(const RepliesSuggested* suggested);
    // By its number, from 1; false when there is none.
    bool take(std::size_t number);
    void focus();

    std::function<void(const std::string& text)> on_taken;

private:
    void arrange();
    void paint();
    [[nodiscard]] int note_width() const;

    const Palette* palette_ = &Palette::light();
    Type type_;
    std::string note_;                                 // from where, or why not
    bool is_from_outside_ = false;
    std::vector<std::string> texts_;
    std::array<ReplyChip*, chips_max> chips_{};
};

}  // namespace parley::gui
