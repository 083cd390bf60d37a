using System.Globalization;

namespace LiveComments.Server.Commands;

/// <summary>How well what was found agrees with labels.</summary>
internal sealed class FoundSpam
{
    private int _found;
    private int _missed;
    private int _wrong;

    public int Spam => _found + _missed;

    public int Others { get; private set; }

    public void Add(bool isSpam, bool isFound)
    {
        Others += isSpam ? 0 : 1;
        _found += isSpam && isFound ? 1 : 0;
        _missed += isSpam && !isFound ? 1 : 0;
        _wrong += !isSpam && isFound ? 1 : 0;
    }

    public double Precision => Share(_found, _found + _wrong);

    public double Recall => Share(_found, Spam);

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Share(2 * _found, (2 * _found) + _missed + _wrong);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"of {Spam} labelled as spam {_found} are held or refused, of {Others} others {_wrong}: precision {Precision:0.000}, recall {Recall:0.000}, F1 {F1:0.000}");

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
