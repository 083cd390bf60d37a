namespace LiveComments.Text;

/// <summary>The properties of a script that decide which marks and joiners a text needs.</summary>
/// <param name="marks">
/// Marks of its own that one letter may carry. Hebrew scripture has a point for the letter, a dagesh, a vowel, an accent and a meteg;
/// Quranic Arabic as many; Tibetan stacks letters as marks. Where a script is not listed, three marks are enough:
/// Vietnamese, polytonic Greek and Thai need two.
/// </param>
/// <param name="joins">Joiners (U+200C, U+200D) between its letters change their shapes.</param>
/// <param name="unspaced">It has no spaces between words, and U+200B says where a line may break.</param>
internal sealed class Script(int marks = Script.FewMarks, bool joins = false, bool unspaced = false)
{
    /// <summary>What every letter may carry, and the most of the marks that belong to no script.</summary>
    public const int FewMarks = 3;

    private static readonly Script Other = new();
    private static readonly Script Hebrew = new(marks: 6);
    private static readonly Script Arabic = new(marks: 6, joins: true);
    private static readonly Script Syriac = new(marks: 6, joins: true);
    private static readonly Script Mandaic = new(joins: true);
    private static readonly Script Thaana = new();
    private static readonly Script Nko = new(joins: true);
    private static readonly Script Devanagari = new(marks: 6, joins: true);
    private static readonly Script Thai = new(unspaced: true);
    private static readonly Script Lao = new(unspaced: true);
    private static readonly Script Tibetan = new(marks: 8);
    private static readonly Script Myanmar = new(marks: 8, joins: true, unspaced: true);
    private static readonly Script Khmer = new(marks: 6, joins: true, unspaced: true);

    /// <summary>Blocks by their first and last code point, ascending: Blocks.txt of Unicode 17.0. Signs of a block count as its script's, as they stand on its letters.</summary>
    private static readonly (int First, int Last, Script Script)[] Blocks =
    [
        (0x0590, 0x05FF, Hebrew),
        (0x0600, 0x06FF, Arabic),
        (0x0700, 0x074F, Syriac),
        (0x0750, 0x077F, Arabic),
        (0x0780, 0x07BF, Thaana),
        (0x07C0, 0x07FF, Nko),
        (0x0840, 0x085F, Mandaic),
        (0x0860, 0x086F, Syriac),
        (0x0870, 0x08FF, Arabic),
        (0x0900, 0x097F, Devanagari),
        (0x0980, 0x09FF, Indic()), // Bengali
        (0x0A00, 0x0A7F, Indic()), // Gurmukhi
        (0x0A80, 0x0AFF, Indic()), // Gujarati
        (0x0B00, 0x0B7F, Indic()), // Oriya
        (0x0B80, 0x0BFF, Indic()), // Tamil
        (0x0C00, 0x0C7F, Indic()), // Telugu
        (0x0C80, 0x0CFF, Indic()), // Kannada
        (0x0D00, 0x0D7F, Indic()), // Malayalam
        (0x0D80, 0x0DFF, Indic()), // Sinhala
        (0x0E00, 0x0E7F, Thai),
        (0x0E80, 0x0EFF, Lao),
        (0x0F00, 0x0FFF, Tibetan),
        (0x1000, 0x109F, Myanmar),
        (0x1780, 0x17FF, Khmer),
        (0x1800, 0x18AF, new Script(joins: true)), // Mongolian
        (0x1A20, 0x1AAF, new Script(marks: 6)), // Tai Tham
        (0x1B00, 0x1B7F, Indic()), // Balinese
        (0x1B80, 0x1BBF, Indic()), // Sundanese
        (0x1C00, 0x1C4F, Indic()), // Lepcha
        (0x1CD0, 0x1CFF, Devanagari), // Vedic
        (0xA840, 0xA87F, new Script(joins: true)), // Phags-pa
        (0xA880, 0xA8DF, Indic()), // Saurashtra
        (0xA8E0, 0xA8FF, Devanagari),
        (0xA980, 0xA9DF, Indic()), // Javanese
        (0xA9E0, 0xA9FF, Myanmar),
        (0xAA00, 0xAA5F, Indic()), // Cham
        (0xAA60, 0xAA7F, Myanmar),
        (0xABC0, 0xABFF, Indic()), // Meetei Mayek
        (0xFB1D, 0xFB4F, Hebrew),
        (0xFB50, 0xFDFF, Arabic),
        (0xFE70, 0xFEFF, Arabic),
        (0x10EC0, 0x10EFF, Arabic),
        (0x11000, 0x1107F, Indic()), // Brahmi
        (0x11080, 0x110CF, Indic()), // Kaithi
        (0x11100, 0x1114F, Indic()), // Chakma
        (0x11180, 0x111DF, Indic()), // Sharada
        (0x11300, 0x1137F, Indic()), // Grantha
        (0x11480, 0x114DF, Indic()), // Tirhuta
        (0x11B00, 0x11B5F, Devanagari),
    ];

    private static Script Indic() => new(marks: 6, joins: true);

    /// <summary>The script that a letter or mark belongs to; one for all that are not listed, and for what belongs to none.</summary>
    public static Script Of(int rune)
    {
        if (rune < 0x0590)
            return Other;
        var (low, high) = (0, Blocks.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last, script) = Blocks[middle];
            if (rune < first)
                high = middle - 1;
            else if (rune > last)
                low = middle + 1;
            else
                return script;
        }
        return Other;
    }

    public int Marks { get; } = marks;

    public bool Joins { get; } = joins;

    public bool Unspaced { get; } = unspaced;

    /// <summary>
    /// True for the sign that takes a letter's vowel away (canonical combining class 9 in UnicodeData.txt): a joiner after it chooses between
    /// forms of a conjunct, also at the end of a word (RFC 5892, A.1 and A.2).
    /// </summary>
    public static bool IsVirama(int rune) => rune switch
    {
        >= 0x0900 and <= 0x0D7F => (rune & 0x7F) == 0x4D || rune is 0x0D3B or 0x0D3C,
        0x0DCA or 0x1039 or 0x103A or 0x17D2 or 0x1B44 or 0x1BAA or 0x1BAB or 0xA8C4 or 0xA9C0 or 0xABED
            or 0x11046 or 0x110B9 or 0x11133 or 0x11134 or 0x111C0 or 0x1134D or 0x114C2 => true,
        _ => false,
    };
}
