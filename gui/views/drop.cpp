#include "gui/views/drop.hpp"

#include <memory>

#include <wx/clipbrd.h>
#include <wx/dataobj.h>
#include <wx/dnd.h>
#include <wx/image.h>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

std::vector<std::string> paths_of(const wxFileDataObject& files) {
    std::vector<std::string> paths;
    for (const wxString& path : files.GetFilenames()) {
        const wxCharBuffer bytes = path.fn_str();   // as the disk has it, which need not be UTF-8
        paths.emplace_back(bytes.data(), bytes.length());
    }
    return paths;
}

class Drop : public wxDropTarget {
public:
    explicit Drop(DropEvents events) : events_(std::move(events)), files_(new wxFileDataObject), text_(new wxTextDataObject) {
        auto* both = new wxDataObjectComposite;
        both->Add(files_, true);
        if (events_.text) both->Add(text_);
        else delete std::exchange(text_, nullptr);
        SetDataObject(both);   // owns it, which owns its parts
    }
    wxDragResult OnData(wxCoord, wxCoord, wxDragResult result) override {
        if (!GetData()) return wxDragNone;
        const wxDataFormat format = static_cast<wxDataObjectComposite*>(GetDataObject())->GetReceivedFormat();
        // Later: the one who drags waits for this to return.
        if (format == wxDF_FILENAME) wxTheApp->CallAfter([told = events_.files, paths = paths_of(*files_)] { told(paths); });
        else if (text_ != nullptr) events_.text(to_utf8(text_->GetText()));
        return result;
    }

private:
    DropEvents events_;
    wxFileDataObject* files_;
    wxTextDataObject* text_;
};

}  // namespace

void take_drops(wxWindow& window, DropEvents events) { window.SetDropTarget(new Drop(std::move(events))); }   // the window owns it

bool paste_files(const PasteEvents& events) {
    std::vector<std::string> paths;
    wxImage picture;
    std::string text;
    if (!wxTheClipboard->Open()) return false;
    // What is copied of a web page is text and a picture: it is the text that is meant.
    const bool has_text = wxTheClipboard->IsSupported(wxDF_UNICODETEXT);
    if (wxTheClipboard->IsSupported(wxDF_FILENAME)) {
        wxFileDataObject files;
        if (wxTheClipboard->GetData(files)) paths = paths_of(files);
    } else if (has_text) {
        wxTextDataObject typed;
        if (wxTheClipboard->GetData(typed) && typed.GetTextLength() > events.text_bytes_max / 4) text = to_utf8(typed.GetText());
    } else if ( wxTheClipboard->IsSupported(wxDF_BITMAP)) {
        wxBitmapDataObject bitmap;
        if (wxTheClipboard->GetData(bitmap) && bitmap.GetBitmap().IsOk()) picture = bitmap.GetBitmap().ConvertToImage();
    }
    wxTheClipboard->Close();
    if (!paths.empty()) events.files(paths);
    else if (picture.IsOk()) events.picture(picture);
    else if (text.size() > events.text_bytes_max) events.long_text(text);
    else return false;
    return true;
}

}  // namespace parley::gui
