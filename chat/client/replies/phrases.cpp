#include "chat/client/replies/phrases.hpp"

#include <algorithm>
#include <array>

#include "chat/client/replies/reply_text.hpp"
#include "chat/search/text.hpp"

namespace parley::chat {
namespace {

enum class Language { english, german, chinese, japanese, korean };
enum class Kind { thanks, apology, farewell, greeting, question, anything };

struct Row {
    Language language;
    Kind kind;
    std::vector<std::string> cues;             // as searchable() has them: words, or characters without the blanks between
    std::array<const char*, 3> phrases;
};

// In the order in which they are tried: "thanks, bye?" is thanked for first. Each language's last row is for anything.
const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {Language::english, Kind::thanks, {"thanks", "thank you", "thx", "cheers"}, {"You're welcome", "Any time", "No problem"}},
        {Language::english, Kind::apology, {"sorry", "my apologies", "my bad"}, {"No problem", "It's all right", "Don't worry about it"}},
        {Language::english, Kind::farewell, {"bye", "good night", "see you", "see ya", "have a nice"}, {"See you!", "Bye", "You too!"}},
        {Language::english, Kind::greeting, {"hello", "hi", "hey", "good morning", "morning"}, {"Hi!", "Good to hear from you", "Hello, how are you?"}},
        {Language::english, Kind::question, {"can you", "could you", "will you", "shall we", "are you", "do you", "is it", "what", "when", "where", "who"}, {"Yes", "No", "Let me check"}},
        {Language::english, Kind::anything, {}, {"OK", "Thanks!", "Got it"}},
        {Language::german, Kind::thanks, {"danke", "vielen dank"}, {"Gern geschehen", "Kein Problem", "Jederzeit"}},
        {Language::german, Kind::apology, {"entschuldigung", "tut mir leid", "sorry"}, {"Kein Problem", "Schon gut", "Macht nichts"}},
        {Language::german, Kind::farewell, {"tschüss", "gute nacht", "bis morgen", "bis dann", "schönen abend"}, {"Bis dann!", "Tschüss", "Dir auch!"}},
        {Language::german, Kind::greeting, {"hallo", "guten morgen", "guten tag", "moin", "servus"}, {"Hallo!", "Schön, von dir zu hören", "Wie geht's?"}},
        {Language::german, Kind::question, {"kannst du", "könntest du", "hast du", "bist du", "wollen wir", "können wir", "wann", "wer", "wo", "ist das"}, {"Ja", "Nein", "Ich sehe nach"}},
        {Language::german, Kind::anything, {"ich", "du", "nicht", "und", "der", "das", "wir", "ihr", "ist"}, {"Alles klar", "Danke!", "Verstanden"}},
        {Language::japanese, Kind::thanks, {"ありがとう", "感謝"}, {"どういたしまして", "いえいえ", "いつでもどうぞ"}},
        {Language::japanese, Kind::apology, {"ごめん", "すみません", "申し訳"}, {"大丈夫です", "気にしないでください", "いえいえ"}},
        {Language::japanese, Kind::farewell, {"おやすみ", "また明日", "お疲れ様"}, {"お疲れ様でした", "また明日", "おやすみなさい"}},
        {Language::japanese, Kind::greeting, {"おはよう", "こんにちは", "こんばんは"}, {"おはようございます", "こんにちは", "お元気ですか?"}},
        {Language::japanese, Kind::question, {"ですか", "ますか", "でしょうか", "?"}, {"はい", "いいえ", "確認します"}},
        {Language::japanese, Kind::anything, {}, {"了解です", "ありがとうございます", "わかりました"}},
        {Language::korean, Kind::thanks, {"감사", "고마"}, {"천만에요", "별말씀을요", "언제든지요"}},
        {Language::korean, Kind::apology, {"미안", "죄송"}, {"괜찮아요", "걱정하지 마세요", "아니에요"}},
        {Language::korean, Kind::farewell, {"잘 자", "안녕히", "내일 봐"}, {"내일 봐요", "안녕히 가세요", "잘 자요"}},
        {Language::korean, Kind::greeting, {"안녕", "좋은 아침"}, {"안녕하세요", "반가워요", "잘 지내요?"}},
        {Language::korean, Kind::question, {"나요", "까요", "?"}, {"네", "아니요", "확인해 볼게요"}},
        {Language::korean, Kind::anything, {}, {"알겠습니다", "감사합니다", "좋아요"}},
        {Language::chinese, Kind::thanks, {"谢", "謝"}, {"不客气", "没事", "随时找我"}},
        {Language::chinese, Kind::apology, {"对不起", "抱歉", "不好意思"}, {"没关系", "没事", "别担心"}},
        {Language::chinese, Kind::farewell, {"再见", "晚安", "明天见"}, {"再见", "明天见", "晚安"}},
        {Language::chinese, Kind::greeting, {"你好", "早上好", "大家好", "您好"}, {"你好!", "早上好", "最近怎么样?"}},
        {Language::chinese, Kind::question, {"吗", "呢", "什么", "几点", "?"}, {"可以", "不行", "我看一下"}},
        {Language::chinese, Kind::anything, {}, {"好的", "谢谢", "明白了"}},
    };
    return all;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

// By its letters where they tell it; otherwise Latin words have to.
Language script_of(const std::string& searchable) {
    const auto has = [&](unsigned char lead, unsigned char first, unsigned char last) {
        for (std::size_t i = 0; i + 1 < searchable.size(); ++i) {
            const auto next = static_cast<unsigned char>(searchable[i + 1]);
            if (static_cast<unsigned char>(searchable[i]) == lead && next >= first && next <= last) return true;
        }
        return false;
    };
    if (!has_ideograph(searchable)) return Language::english;
    if (has(0xE3, 0x81, 0x83)) return Language::japanese;   // kana, U+3040 to U+30FF
    for (unsigned char lead = 0xEA; lead <= 0xED; ++lead) {
        if (has(lead, lead == 0xEA ? 0xB0 : 0x80, lead == 0xED ? 0x9E : 0xBF)) return Language::korean;   // Hangul, U+AC00 to U+D7A3
    }
    return Language::chinese;
}

struct Message {
    explicit Message(std::string_view text) {
        const std::string folded = searchable(text);
        script = script_of(folded);
        asks = holds(folded, "?");
        if (script == Language::english) {
            words = " " + reply_key(text) + " ";
        } else {
            words = without_blanks(folded);
        }
    }
    [[nodiscard]] bool has(const std::string& cue) const {
        return script == Language::english ? holds(words, " " + cue + " ") : holds(words, without_blanks(cue));
    }

    Language script = Language::english;       // english: any that is written with Latin letters or the like
    bool asks = false;
    std::string words;
};

bool can_be(Language language, const Message& message) {
    const bool is_latin = language == Language::english || language == Language::german;
    return message.script == Language::english ? is_latin : language == message.script;
}

Phrases of(const Row& row, bool understood) { return {understood, {row.phrases.begin(), row.phrases.end()}}; }

const Row& row_of(Language language, Kind kind) {
    return *std::find_if(rows().begin(), rows().end(), [&](const Row& row) { return row.language == language && row.kind == kind; });
}

}  // namespace

Phrases phrases_for(std::string_view text) {
    const Message message{text};
    bool is_german = false;
    for (const Row& row : rows()) {
        if (!can_be(row.language, message)) continue;
        const bool found = std::any_of(row.cues.begin(), row.cues.end(), [&](const std::string& cue) { return message.has(cue); });
        if (found && row.kind != Kind::anything && (row.kind != Kind::question || message.asks || message.script != Language::english)) return of(row, true);
        if (found && row.language == Language::german) is_german = true;
    }
    const Language language = is_german ? Language::german : message.script;
    if (message.asks) return of(row_of(language, Kind::question), true);
    return of(row_of(language, Kind::anything), false);
}

}  // namespace parley::chat
