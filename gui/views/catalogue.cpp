#include "gui/views/catalogue.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <wx/filename.h>
#include <wx/stdpaths.h>
#include <wx/translation.h>

#include "gui/model/language.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr const char* domain = "parley";

wxString catalogue_folder() {
    wxFileName program(wxStandardPaths::Get().GetExecutablePath());
    program.RemoveLastDir();
    return program.GetPath() + "/share/locale";
}

wxString from_view(std::string_view text) { return wxString::FromUTF8(text.data(), text.size()); }

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::optional<std::string> given(const wxString* found) {
    if (found == nullptr || found->empty()) return std::nullopt;
    return to_utf8(*found);
}

std::optional<std::string> text_in(std::string_view context, std::string_view english) {
    return given(wxTranslations::Get()->GetTranslatedString(from_view(english), domain, from_view(context)));
}

std::optional<std::string> counted_in(std::string_view one, std::string_view, std::uint64_t number) {
    // Plural forms go by the last digits: what is too large for wxWidgets keeps those.
    const auto shown = static_cast<unsigned>(number < 1'000'000'000 ? number : 1'000'000'000 + number % 1'000'000);
    return given(wxTranslations::Get()->GetTranslatedString(from_view(one), shown, domain));
}

}  // namespace

bool speak(const std::string& language) {
    set_translator({});
    if (language == "en") return false;
    wxFileTranslationsLoader::AddCatalogLookupPathPrefix(catalogue_folder());
    auto* translations = new wxTranslations;
    wxTranslations::Set(translations);   // which owns it
    translations->SetLanguage(from_utf8(language));
    translations->AddStdCatalog();       // of wxWidgets' own words, where it is installed
    if (!translations->AddCatalog(domain, wxLANGUAGE_ENGLISH)) return false;
    set_translator({text_in, counted_in});
    return true;
}

std::string speak_as_chosen(const std::string& profile_folder) {
    std::ifstream file(profile_folder + "/" + language_file);
    const std::string chosen = language_chosen(std::string((std::istreambuf_iterator<char>(file)), {}));
    std::string language = language_spoken(chosen, variable);
    if (chosen == language) ::setenv("LANGUAGE", language.c_str(), 1);
    speak(language);
    return language;
}

}  // namespace parley::gui
