// LoginForm: name and password, for a new account or an old one. Knows no terminal.
#pragma once

#include <string>

#include "chat/cli/terminal/composer.hpp"

namespace parley::chat {

class LoginForm {
public:
    enum class Field { name, password, again };

    void toggle_mode();                   // new account or log in
    void next_field();
    void previous_field();
    // Enter: to the next empty field; true when all are filled and the form may be sent.
    bool enter();

    [[nodiscard]] Composer& focused();
    [[nodiscard]] Field focus() const { return focus_; }
    [[nodiscard]] bool is_new_account() const { return is_new_; }
    [[nodiscard]] std::string name() const { return name_.text(); }
    [[nodiscard]] std::string password() const { return password_.text(); }
    [[nodiscard]] std::size_t password_length() const { return password_.letters().size(); }
    [[nodiscard]] std::size_t again_length() const { return again_.letters().size(); }

    // The server took the name for someone else: log in instead.
    void name_is_taken();
    void refused(const std::string& sentence);

    std::string message;                  // what is wrong, or what is being done
    bool is_busy = false;
    std::string cluster;                  // where one logs in

private:
    bool is_new_ = true;
    Field focus_ = Field::name;
    Composer name_;
    Composer password_;
    Composer again_;
};

}  // namespace parley::chat
