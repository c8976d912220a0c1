#include "gui/views/accessible.hpp"

#include <gtk/gtk.h>

namespace parley::gui {
namespace {

AtkRole atk_role(AccessibleRole role) {
    switch (role) {
        case AccessibleRole::list: return ATK_ROLE_LIST;
        case AccessibleRole::list_item: return ATK_ROLE_LIST_ITEM;
        case AccessibleRole::text_entry: return ATK_ROLE_TEXT;
        case AccessibleRole::button: return ATK_ROLE_PUSH_BUTTON;
        case AccessibleRole::panel: return ATK_ROLE_PANEL;
    }
    return ATK_ROLE_UNKNOWN;
}

GtkTextView* text_view_below(GtkWidget* widget) {
    if (GTK_IS_TEXT_VIEW(widget)) return GTK_TEXT_VIEW(widget);
    if (!GTK_IS_BIN(widget)) return nullptr;
    GtkWidget* child = gtk_bin_get_child(GTK_BIN(widget));
    return child == nullptr ? nullptr : text_view_below(child);
}

// Of a list of stock rows the widget that takes the focus is inside of its scrolled window.
GtkWidget* tree_below(GtkWidget* widget) {
    if (GTK_IS_TREE_VIEW(widget)) return widget;
    if (!GTK_IS_BIN(widget)) return nullptr;
    GtkWidget* child = gtk_bin_get_child(GTK_BIN(widget));
    return child == nullptr ? nullptr : tree_below(child);
}

int percent_of_text = 100;

void name_object(GtkWidget* widget, AccessibleRole role, const std::string& name) {
    AtkObject* object = gtk_widget_get_accessible(widget);
    if (object == nullptr) return;
    // An entry's own role says more than ours.
    if (role != AccessibleRole::text_entry && role != AccessibleRole::button) atk_object_set_role(object, atk_role(role));
    atk_object_set_name(object, name.c_str());
}

}  // namespace

void set_accessible(wxWindow& window, AccessibleRole role, const std::string& name) {
    // The widget that takes the focus: of a canvas the inner one, of a text its view.
    if (window.m_wxwindow != nullptr) name_object(window.m_wxwindow, role, name);
    auto* widget = static_cast<GtkWidget*>(window.GetHandle());
    if (GtkTextView* view = text_view_below(widget)) name_object(GTK_WIDGET(view), role, name);
    if (GtkWidget* tree = tree_below(widget)) return atk_object_set_name(gtk_widget_get_accessible(tree), name.c_str());   // a table by itself
    name_object(widget, role, name);
}

void prefer_dark_widgets(bool is_dark) {
    if (GtkSettings* settings = gtk_settings_get_default()) {
        g_object_set(settings, "gtk-application-prefer-dark-theme", is_dark ? TRUE : FALSE, nullptr);
    }
}

// Fonts keep their points; what changes is how many pixels a point has.
void scale_text(int percent) {
    GtkSettings* settings = gtk_settings_get_default();
    if (settings == nullptr || percent == percent_of_text) return;
    static const int own = [&] {
        int resolution = 0;
        g_object_get(settings, "gtk-xft-dpi", &resolution, nullptr);
        return resolution > 0 ? resolution : 96 * 1024;
    }();
    percent_of_text = percent;
    g_object_set(settings, "gtk-xft-dpi", own * percent / 100, nullptr);
}

int text_percent() { return percent_of_text; }

int text_pixel_height(const wxTextCtrl& text) {
    GtkTextView* view = text_view_below(static_cast<GtkWidget*>(text.GetHandle()));
    if (view == nullptr) return text.GetCharHeight();
    GtkTextIter end;
    gtk_text_buffer_get_end_iter(gtk_text_view_get_buffer(view), &end);
    int y = 0;
    int height = 0;
    gtk_text_view_get_line_yrange(view, &end, &y, &height);
    return y + height;
}

}  // namespace parley::gui
