using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LiveComments.Text;

/// <summary>What one character becomes in a <see cref="FoldedText"/>.</summary>
/// <param name="Written">Folded as it is written, for words with Latin letters: a capital of another alphabet stands for the Latin capital it looks like.</param>
/// <param name="Lower">Folded in its small form, for all other words: there a capital and its small letter are one.</param>
/// <param name="IsLetter">It counts as a letter: figures beside it stand for letters.</param>
/// <param name="IsLatin">It is a Latin letter in some style: plain, accented, full-width, mathematical, circled.</param>
internal sealed record LetterFold(string Written, string Lower, bool IsLetter, bool IsLatin)
{
    /// <summary>Stands for everything that separates words without a space between them.</summary>
    public const char Separator = '.';

    /// <summary>A character that becomes more than this many is kept as it is; only ligatures of whole phrases do.</summary>
    public const int MaxLength = 4;

    /// <summary>Planes 0 and 1, where all letters of living languages and all emoji are; filled as characters occur.</summary>
    private static readonly LetterFold?[] Known = new LetterFold?[0x20000];

    private static readonly FrozenDictionary<int, string> LookAlikes = Skeleton.Prototypes;

    /// <summary>A to Z; Unicode has no X of them, and counts none as a look-alike, but people write with them in a style of their own.</summary>
    private const string SmallCapitals = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";

    /// <summary>Nothing, for invisible characters and accents.</summary>
    public bool IsEmpty => Written.Length == 0;

    public static LetterFold Of(Rune rune)
    {
        if (rune.Value >= Known.Length)
            return Make(rune);
        return Known[rune.Value] ??= Make(rune);
    }

    private static LetterFold Make(Rune rune)
    {
        var plain = Plain(rune);
        var written = Fold(rune);
        var lower = Fold(Rune.ToLowerInvariant(rune));
        return new LetterFold(written, lower, HasLetter(written), plain.Length > 0 && char.IsAsciiLetter(plain[0]));
    }

    private static string Fold(Rune rune)
    {
        var text = rune.ToString();
        // One look-alike may lead to another.
        for (var round = 0; round < 6; round++)
        {
            var next = string.Concat(text.EnumerateRunes().Select(Step));
            if (next == text)
                break;
            text = next;
        }
        if (text.Length == 0)
            return text;
        // (s), as one character, is an s; a fraction is no word.
        text = string.Concat(text.EnumerateRunes().Select(part => IsWord(part) ? part.ToString() : ".")).Trim('.');
        if (text.Length == 0 || text.Contains('.', StringComparison.Ordinal))
            return InvisibleCharacters.IsBlank(rune) ? " " : ".";
        return text.Length > MaxLength ? Rune.ToLowerInvariant(rune).ToString() : text;
    }

    private static string Step(Rune rune)
    {
        var plain = Plain(rune);
        // What a character looks like comes before what it is made of (a lunate sigma looks like a c), unless that is a Latin letter.
        var isLatin = plain.Length > 0 && char.IsAsciiLetterOrDigit(plain[0]);
        return ((isLatin ? null : LookAlike(rune)) ?? string.Concat(plain.EnumerateRunes().Select(part => LookAlike(part) ?? part.ToString()))).ToLowerInvariant();
    }

    /// <summary>Null for a character that stands for itself. A letter that looks like a figure or a sign stays a letter.</summary>
    private static string? LookAlike(Rune rune)
    {
        if (rune.IsAscii)
            return null;
        if (rune.Value <= char.MaxValue && SmallCapitals.IndexOf((char)rune.Value, StringComparison.Ordinal) is >= 0 and var letter)
            return ((char)('a' + letter)).ToString();
        if (!LookAlikes.TryGetValue(rune.Value, out var other) || (Rune.IsLetter(rune) && !HasLetter(other)))
            return null;
        return other == "rn" ? "m" : other;
    }

    /// <summary>Without its style and its accents; empty for what is invisible.</summary>
    private static string Plain(Rune rune)
    {
        if (InvisibleCharacters.IsIgnorable(rune.Value) || IsAccent(rune))
            return "";
        // White letters on black circles and squares have no decomposition in Unicode.
        if (rune.Value is >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189)
            return ((char)('a' + ((rune.Value - 0x1F150) & 0x1F))).ToString();
        // Korean is not taken apart to its letters, which would be longer and no plainer. A noncharacter cannot be.
        if (rune.Value is >= 0xAC00 and <= 0xD7A3 or >= 0xFDD0 and <= 0xFDEF || (rune.Value & 0xFFFE) == 0xFFFE)
            return rune.ToString();
        var parts = rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes().Where(part => !IsAccent(part));
        return string.Concat(parts.Select(part => part.ToString())).Normalize(NormalizationForm.FormC);
    }

    /// <summary>Marks that belong to no script of their own. Others, such as the vowels of Thai, make the word.</summary>
    private static bool IsAccent(Rune rune) =>
        rune.Value is >= 0x0300 and <= 0x036F or >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF or >= 0x20D0 and <= 0x20FF or >= 0xFE20 and <= 0xFE2F;

    private static bool HasLetter(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsLetter(rune))
                return true;
        return false;
    }

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber;
}
