// Editing of one line.
#include "chat/cli/terminal/composer.hpp"

#include <algorithm>

#include "chat/cli/terminal/text.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t letters_max = 20'000;
constexpr std::size_t history_max = 200;

}  // namespace

void Composer::insert(char32_t letter) {
    if (letters_.size() >= letters_max) return;
    letters_.insert(cursor_, 1, letter);
    ++cursor_;
}

void Composer::erase_before() {
    if (cursor_ == 0) return;
    letters_.erase(--cursor_, 1);
}

void Composer::erase_after() {
    if (cursor_ < letters_.size()) letters_.erase(cursor_, 1);
}

void Composer::erase_word() {
    std::size_t begin = cursor_;
    while (begin > 0 && letters_[begin - 1] == U' ') --begin;
    while (begin > 0 && letters_[begin - 1] != U' ') --begin;
    letters_.erase(begin, cursor_ - begin);
    cursor_ = begin;
}

void Composer::erase_to_start() {
    letters_.erase(0, cursor_);
    cursor_ = 0;
}

void Composer::erase_to_end() { letters_.erase(cursor_); }

void Composer::left() {
    if (cursor_ > 0) --cursor_;
}

void Composer::right() {
    if (cursor_ < letters_.size()) ++cursor_;
}

void Composer::to_start() { cursor_ = 0; }
void Composer::to_end() { cursor_ = letters_.size(); }

void Composer::older() {
    if (place_ == 0) return;
    if (place_ == history_.size()) draft_ = letters_;
    recall(place_ - 1);
}

void Composer::newer() {
    if (place_ < history_.size()) recall(place_ + 1);
}

void Composer::recall(std::size_t place) {
    place_ = place;
    letters_ = place == history_.size() ? draft_ : history_[place];
    cursor_ = letters_.size();
}

void Composer::clear() {
    letters_.clear();
    cursor_ = 0;
    place_ = history_.size();
}

std::string Composer::take() {
    std::string text = encode_utf8(letters_);
    if (!letters_.empty() && (history_.empty() || history_.back() != letters_)) history_.push_back(letters_);
    if (history_.size() > history_max) history_.erase(history_.begin());
    clear();
    return text;
}

void Composer::set(const std::string& text) {
    letters_ = decode_utf8(text);
    cursor_ = letters_.size();
}

std::string Composer::text() const { return encode_utf8(letters_); }

}  // namespace parley::chat
