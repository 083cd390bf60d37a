using System.Text;

namespace LiveComments.Server.Commands;

/// <summary>Rows of equal columns, separated by bars.</summary>
internal sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [columns];
    private string? _counted;

    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The same table with a last line that counts its rows.</summary>
    /// <param name="what">A row, in the singular.</param>
    public TextTable Counted(string what)
    {
        _counted = what;
        return this;
    }

    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            text.Append(string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
            if (row == _rows[0])
                text.Append(string.Join("-+-", widths.Select(width => new string('-', width)))).Append('\n');
        }
        if (_counted is not null)
            text.Append($"Count: {_rows.Count - 1} {_counted}{(_rows.Count == 2 ? "" : "s")}\n");
        return text.ToString();
    }
}
