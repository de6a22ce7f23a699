#include "search/search_words.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "whispr/limits.hpp"

using namespace whispr;

namespace {

std::string words(std::string_view text) {
    WordCollector collector;
    collector.add(text);
    return collector.take();
}

std::string query(std::string_view text) {
    std::string joined;
    for (const std::string& word : query_words(text))
        joined += (joined.empty() ? "" : " ") + word;
    return joined;
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

}  // namespace

TEST_CASE("letters and digits make words", "[search]") {
    CHECK(words("Hello, world! 42nd") == "hello world 42nd");
    CHECK(words("don't snake_case m-1 a.b@c.org") == "don t snake case m 1 a b c org");
    CHECK(words("").empty());
    CHECK(words(" \t\r\n.,;:!?\"'()[]{}<>|\\/*+-=%&$#@~`^").empty());
    CHECK(words("a\x01"
                "b\x7f"
                "c") == "a b c");
}

TEST_CASE("a word counts once", "[search]") {
    CHECK(words("no No nO, never no") == "no never");
}

TEST_CASE("case makes no difference", "[search]") {
    CHECK(words("STRASSE Straße") == "strasse");
    CHECK(words("ΣΊΣΥΦΟΣ σίσυφος") == "σισυφοσ");
    CHECK(words("ПРИВЕТ привет") == "привет");
    // The Turkish letters are people's i as well.
    CHECK(words("İstanbul ISTANBUL ıstanbul") == "istanbul");
}

TEST_CASE("accents make no difference, however they are written", "[search]") {
    CHECK(words("\u00e9t\u00e9 e\u0301te\u0301 ETE") == "ete");
    CHECK(words("Žluťoučký kůň") == "zlutoucky kun");
    CHECK(words("Việt Nam") == "viet nam");
    CHECK(words("ångström smörgås") == "angstrom smorgas");
    CHECK(words("Łódź straße đến ħ ŧ Øre œuvre Ærø") == "lodz strasse den h t ore oeuvre aero");
    CHECK(words("ёлка елка") == "елка");
    // The points of Hebrew and the vowels of Arabic.
    CHECK(words("שָׁלוֹם שלום") == "שלום");
    CHECK(words("مُحَمَّد محمد") == "محمد");
}

TEST_CASE("marks that make another letter stay", "[search]") {
    CHECK(words("が か") == "が か");
    CHECK(words("हिन्दी") == "हिन्दी");
    CHECK(words("कि का") == "कि का");
}

TEST_CASE("compatible forms are one", "[search]") {
    CHECK(words("ＨＥＬＬＯ １２３") == "hello 123");
    CHECK(words("ﬁle") == "file");
    CHECK(words("ｶﾞ ガ") == "ガ");
    CHECK(words("x²") == "x2");
    CHECK(words("so\u00adft zero\u200bwidth") == "soft zerowidth");
}

TEST_CASE("scripts without spaces give every two characters, and the last alone", "[search]") {
    CHECK(words("東京都") == "東京 京都 都");
    CHECK(words("猫") == "猫");
    CHECK(words("すしを食べる") == "すし しを を食 食べ べる る");
    CHECK(words("안녕하세요") == "안녕 녕하 하세 세요 요");
    CHECK(words("東京、大阪。") == "東京 京 大阪 阪");
    CHECK(words("iPhone東京15") == "iphone 東京 京 15");
    CHECK(words("ラーメン") == "ラー ーメ メン ン");
    // A Hangul syllable is one character also when it comes in pieces.
    CHECK(words("\u1112\u1161\u11ab\u1100\u1173\u11af") == "한글 글");
    // Vowels and tones belong to their consonant.
    CHECK(words("กิน") == "กิน น");
    CHECK(words("𠮷野家") == "𠮷野 野家 家");
}

TEST_CASE("what is looked for in a script without spaces is two characters or one", "[search]") {
    CHECK(query("東京都") == "東京 京都");
    CHECK(query("東") == "東");
    CHECK(query("東 京") == "東 京");
    CHECK(query("東京tower") == "東京 tower");
}

TEST_CASE("each emoji is a word, whatever its colour", "[search]") {
    CHECK(words("nice👍👍🏽ok") == "nice 👍 ok");
    CHECK(words("\u2764\ufe0f") == "\u2764");
    CHECK(words("👨‍👩‍👧") == "👨 👩 👧");
    CHECK(query("👍🏿") == "👍");
}

TEST_CASE("two letters of a flag are a word", "[search]") {
    CHECK(words("🇫🇷🇩🇪") == "🇫🇷 🇩🇪");
    CHECK(words("🇫🇷 🇩a") == "🇫🇷 🇩 a");
    CHECK(query("🇩🇪") == "🇩🇪");
}

TEST_CASE("marks alone are nothing", "[search]") {
    CHECK(words("\u0301 \u0e31 \u3099").empty());
    CHECK(query("\u20e3").empty());
}

TEST_CASE("a long word is cut between two characters", "[search]") {
    CHECK(words(std::string(500, 'x')) == std::string(word_bytes, 'x'));
    const std::string cut = words("a" + repeated("ж", 100));
    CHECK(cut == "a" + repeated("ж", 31));
    CHECK(query(std::string(100, 'y')) == std::string(word_bytes, 'y'));
    // Marks without end belong to one character.
    CHECK(words("กน" + repeated("\u0e34", 1000)).size() < 4 * word_bytes);
}

TEST_CASE("the words of a message are bounded", "[search]") {
    std::string text;
    for (std::size_t i = 0; i < words_per_message + 100; ++i)
        text += std::to_string(i) + " ";
    const std::string found = words(text);
    CHECK(std::count(found.begin(), found.end(), ' ') == words_per_message - 1);
    CHECK(found.ends_with(" " + std::to_string(words_per_message - 1)));
    WordCollector full;
    full.add(text);
    full.add("more");
    CHECK(full.take() == found);
}

TEST_CASE("the words of a query are bounded and differ", "[search]") {
    std::string text = "same SAME ";
    for (int i = 0; i < 100; ++i)
        text += std::to_string(i) + " ";
    const std::vector<std::string> found = query_words(text);
    CHECK(found.size() == limits::search_words);
    CHECK(found[0] == "same");
    CHECK(found[1] == "0");
}

TEST_CASE("what is not UTF-8 has no words", "[search]") {
    for (const auto* bad : {"abc \xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf"}) {
        CHECK(words(bad).empty());
        CHECK(query(bad).empty());
        CHECK(folded(bad).empty());
    }
}

TEST_CASE("no word holds what an expression of words could be made of", "[search]") {
    std::string all;
    for (char c = 1; c < 127; ++c)
        all += c;
    for (const std::string& word : query_words(all + " \"a\" OR b* NEAR(c, 2) ^d -e {f}: g\\"))
        for (const char c : word)
            CHECK(((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')));
}

TEST_CASE("a folded text keeps all but case and accents", "[search]") {
    CHECK(folded("Équipe — Nº 1 (Été)") == "equipe — no 1 (ete)");
    CHECK(folded("100%_off") == "100%_off");
    CHECK(folded("東京").size() == 6);
}
