// The form for name and password.
#include "chat/cli/terminal/login_form.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

void type(LoginForm& form, const std::u32string& text) {
    for (const char32_t letter : text) form.focused().insert(letter);
}

TEST(LoginForm, EnterGoesThroughTheFieldsAndThenSends) {
    LoginForm form;
    type(form, U"ada");
    EXPECT_FALSE(form.enter());
    type(form, U"secret");
    EXPECT_FALSE(form.enter());
    type(form, U"secret");
    EXPECT_TRUE(form.enter());
    EXPECT_EQ(form.name(), "ada");
    EXPECT_EQ(form.password(), "secret");
}

TEST(LoginForm, DifferingPasswordsAreNotSent) {
    LoginForm form;
    type(form, U"ada");
    form.enter();
    type(form, U"secret");
    form.enter();
    type(form, U"sceret");
    EXPECT_FALSE(form.enter());
    EXPECT_NE(form.message.find("differ"), std::string::npos);
    EXPECT_EQ(form.password_length(), 0U);
    EXPECT_EQ(form.focus(), LoginForm::Field::password);
}

TEST(LoginForm, LogInNeedsThePasswordOnce) {
    LoginForm form;
    form.toggle_mode();
    type(form, U"ada");
    form.enter();
    type(form, U"secret");
    EXPECT_TRUE(form.enter());
}

TEST(LoginForm, NothingIsSentWithoutNameOrPassword) {
    LoginForm form;
    EXPECT_FALSE(form.enter());
    EXPECT_EQ(form.focus(), LoginForm::Field::name);
    form.toggle_mode();
    type(form, U"ada");
    form.enter();
    EXPECT_FALSE(form.enter());
    EXPECT_NE(form.message.find("empty"), std::string::npos);
}

TEST(LoginForm, TakenNameOffersToLogIn) {
    LoginForm form;
    form.name_is_taken();
    EXPECT_FALSE(form.is_new_account());
    EXPECT_FALSE(form.is_busy);
    EXPECT_NE(form.message.find("taken"), std::string::npos);
}

}  // namespace
}  // namespace parley::chat
