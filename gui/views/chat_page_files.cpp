// Files of the ChatPage: what goes with a text, what is saved, and the pictures.
#include <filesystem>

#include <wx/datetime.h>
#include <wx/filedlg.h>
#include <wx/filename.h>
#include <wx/utils.h>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/local_file.hpp"
#include "gui/views/chat_page.hpp"
#include "gui/views/drop.hpp"
#include "gui/views/picture_frame.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t attached_max = 20;

std::string on_disk(const wxString& path) {
    const wxCharBuffer bytes = path.fn_str();
    return {bytes.data(), bytes.length()};
}

}  // namespace

// ---- out ----

void ChatPage::attach(const std::vector<std::string>& paths) {
    show_room();
    if (model_.selected() == nullptr) return;
    for (const std::string& path : paths) {
        const auto file = chat::LocalFile::open(path);
        if (!file) {
            say(tr_known(file.error().message));
            continue;
        }
        if (!composer_->attach({path, {}, file->name(), file->size()}, attached_max)) return say(tr("{0} files at once are the limit: send these first.", attached_max));
    }
    composer_->focus();
}

void ChatPage::attach_picture(const wxImage& picture) {
    const auto room = shown_;
    canvas_->decoder().pack(pixels_of(picture), [this, room](std::optional<net::Bytes> bytes) {
        if (!bytes) return say(tr("There is no room in memory for this picture."));
        if (shown_ != room) return say(tr("The picture was not taken: you went to another room meanwhile. Paste it again."));
        const std::string name = tr("picture {0}.png", to_utf8(wxDateTime::Now().Format("%Y-%m-%d %H.%M.%S")));
        const std::uint64_t size = bytes->size();
        composer_->attach({"", std::make_shared<const net::Bytes>(*std::move(bytes)), name, size}, attached_max);
        composer_->focus();
    });
}

void ChatPage::attach_text(const std::string& text) {
    if (model_.selected() == nullptr) return;
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    composer_->attach({"", std::make_shared<const net::Bytes>(first, first + text.size()), tr("pasted text.txt"), text.size()}, attached_max);
    say(tr("This text is too long for a message: it goes along as a file."));
}

void ChatPage::choose_files() {
    show_room();
    if (model_.selected() == nullptr) return;
    const std::vector<std::string> paths = ask_which();
    if (!paths.empty()) attach(paths);
}

std::vector<std::string> ChatPage::ask_which_by_dialogue() {
    wxFileDialog dialog(this, _("Files to send"), "", "", wxFileSelectorDefaultWildcardStr, wxFD_OPEN | wxFD_MULTIPLE | wxFD_FILE_MUST_EXIST);
    if (dialog.ShowModal() != wxID_OK) return {};
    wxArrayString chosen;
    dialog.GetPaths(chosen);
    std::vector<std::string> paths;
    for (const wxString& path : chosen) paths.push_back(on_disk(path));
    return paths;
}

// The text goes with the first one; the others follow by themselves.
void ChatPage::send_files(std::vector<Attachment> files, const std::string& text, const Purpose& purpose) {
    const Room* room = model_.selected();
    if (room == nullptr || files.empty()) return;
    for (std::size_t i = 0; i < files.size(); ++i) {
        SendFile wanted{room->target(), room->is_provisional() ? std::nullopt : std::optional{room->id()}, files[i].path, files[i].bytes, files[i].name};
        if (i == 0) wanted.text = text;
        if (i == 0 && purpose.kind == Purpose::Kind::reply) wanted.reply_to = purpose.number;
        post_(std::move(wanted));
    }
    canvas_->jump_to_latest();
}

void ChatPage::give_up_file(const Sending& sending) {
    post_(GiveUpFile{sending.entry});
    if (sending.text.empty() || sending.is_refused()) return;
    composer_->insert(sending.text);   // what was typed is not lost
}

// ---- in ----

std::string ChatPage::ask_where_by_dialogue(const std::string& folder, const std::string& name) {
    wxFileName::Mkdir(from_utf8(folder), wxS_DIR_DEFAULT, wxPATH_MKDIR_FULL);   // where it cannot be made the dialogue begins elsewhere
    wxFileDialog dialog(this, _("Save file"), from_utf8(folder), from_utf8(name), wxFileSelectorDefaultWildcardStr, wxFD_SAVE);
    return dialog.ShowModal() == wxID_OK ? on_disk(dialog.GetPath()) : "";
}

void ChatPage::save_file(std::uint64_t number) {
    const Room* room = model_.selected();
    const chat::RoomMessage* message = room == nullptr ? nullptr : room->find(number);
    if (message == nullptr || !message->file || message->deleted) return;
    const std::string folder = save_folder_.empty() ? model_.downloads() : save_folder_;
    const chat::RoomId id = room->id();
    const std::filesystem::path place{ask_where(folder, chat::name_on_disk(message->file->name))};   // the room may be gone behind it
    if (place.empty()) return;
    save_folder_ = place.parent_path().string();
    post_(FetchFile{id, number, save_folder_, place.filename().string()});
}

void ChatPage::show_folder(std::uint64_t number) {
    const FileStanding* standing = model_.selected() == nullptr ? nullptr : model_.selected()->file(number);
    if (standing == nullptr || standing->path.empty()) return;
    // The folder, never the file: a message must not start programs.
    launch_folder(wxFileName(wxString(standing->path.c_str(), wxConvFile)).GetPath());
}

void ChatPage::open_picture(std::uint64_t number) {
    const chat::RoomMessage* message = model_.selected() == nullptr ? nullptr : model_.selected()->find(number);
    if (message != nullptr && message->file) post_(OpenPicture{model_.selected()->id(), number, *message->file});
}

void ChatPage::pictures_came() {
    for (PictureCame& picture : model_.take_pictures()) {
        if (!picture.is_opened) {
            if (shown_ == picture.room) canvas_->picture_came(picture.number, std::move(picture.bytes));
            continue;
        }
        if (!picture.bytes) continue;
        const wxSize most = picture_room(*this);
        canvas_->decoder().unpack(picture.bytes, most.x, most.y, [this, name = picture.name](std::optional<Pixels> pixels) {
            if (pixels) show_picture(this, *palette_, name, *pixels);
        });
    }
}

// ---- where they come from ----

void ChatPage::take_files_from_everywhere() {
    // The clipboard has its pictures as PNG.
    if (wxImage::FindHandler(wxBITMAP_TYPE_PNG) == nullptr) wxImage::AddHandler(new wxPNGHandler);   // wxWidgets owns it
    ask_which = [this] { return ask_which_by_dialogue(); };
    launch_folder = [](const wxString& folder) { wxLaunchDefaultApplication(folder); };
    ask_where = [this](const std::string& folder, const std::string& name) { return ask_where_by_dialogue(folder, name); };
    const auto files = [this](const std::vector<std::string>& paths) { attach(paths); };
    for (wxWindow* part : std::initializer_list<wxWindow*>{canvas_, side_bar_, composer_}) take_drops(*part, {files, {}});
    take_drops(composer_->control(), {files, [this](const std::string& text) { composer_->type(from_utf8(text)); }});
    composer_->control().Bind(wxEVT_TEXT_PASTE, [this, files](wxClipboardTextEvent& event) {
        const PasteEvents pasted{files, [this](const wxImage& picture) { attach_picture(picture); }, [this](const std::string& text) { attach_text(text); }, text_bytes_max};
        if (!paste_files(pasted)) event.Skip();
    });
}

}  // namespace parley::gui
