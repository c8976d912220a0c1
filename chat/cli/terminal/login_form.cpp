// The form's rules.
#include "chat/cli/terminal/login_form.hpp"

namespace parley::chat {

void LoginForm::toggle_mode() {
    is_new_ = !is_new_;
    if (focus_ == Field::again) focus_ = Field::password;
    again_.clear();
    message.clear();
}

void LoginForm::next_field() {
    switch (focus_) {
        case Field::name: focus_ = Field::password; break;
        case Field::password: focus_ = is_new_ ? Field::again : Field::name; break;
        case Field::again: focus_ = Field::name; break;
    }
}

void LoginForm::previous_field() {
    switch (focus_) {
        case Field::name: focus_ = is_new_ ? Field::again : Field::password; break;
        case Field::password: focus_ = Field::name; break;
        case Field::again: focus_ = Field::password; break;
    }
}

bool LoginForm::enter() {
    if (name_.empty()) {
        focus_ = Field::name;
        return false;
    }
    const bool is_last = focus_ == (is_new_ ? Field::again : Field::password);
    if (!is_last) {
        next_field();
        return false;
    }
    if (password_.empty()) {
        focus_ = Field::password;
        message = "the password is empty";
        return false;
    }
    if (is_new_ && password_.text() != again_.text()) {
        refused("the two passwords differ; type them again");
        return false;
    }
    return true;
}

Composer& LoginForm::focused() {
    switch (focus_) {
        case Field::name: return name_;
        case Field::password: return password_;
        case Field::again: return again_;
    }
    return name_;
}

void LoginForm::name_is_taken() {
    is_new_ = false;
    refused("that name is taken: log in with its password, or choose another name (F2: new account)");
}

void LoginForm::refused(const std::string& sentence) {
    is_busy = false;
    message = sentence;
    password_.clear();
    again_.clear();
    focus_ = Field::password;
}

}  // namespace parley::chat
