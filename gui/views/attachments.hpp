// Attachments: the files that go with what is being typed, above it. A click on one, or Space, takes it away again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <wx/button.h>
#include <wx/panel.h>

#include "gui/views/palette.hpp"
#include "net/ports/bytes.hpp"

namespace parley::gui {

struct Attachment {
    std::string path;                              // empty: it is only here
    std::shared_ptr<const net::Bytes> bytes{};     // then these are it
    std::string name;
    std::uint64_t size = 0;
};

class Attachments : public wxPanel {
public:
    // `changed`: there are others, and the height may be another one.
    Attachments(wxWindow* parent, std::function<void()> changed);
    void set_palette(const Palette& palette);
    void add(Attachment attachment);
    [[nodiscard]] std::size_t count() const { return files_.size(); }
    [[nodiscard]] bool empty() const { return files_.empty(); }
    // These are there from now on; gives those that were before.
    std::vector<Attachment> exchange(std::vector<Attachment> files);
    [[nodiscard]] int height() const;

private:
    void rebuild();
    void remove(std::size_t index);

    std::function<void()> changed_;
    const Palette* palette_ = &Palette::light();
    std::vector<Attachment> files_;
    std::vector<wxButton*> buttons_;
};

}  // namespace parley::gui
