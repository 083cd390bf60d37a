using System.Globalization;
using System.Text;

namespace LiveComments.Server.Statistics;

/// <summary>A table as a file for spreadsheets: UTF-8 with a byte order mark, a header, RFC 4180. A text that a spreadsheet would take for a formula begins with <c>'</c>.</summary>
internal sealed class CsvAnswer(string fileName, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var text = new StringBuilder("\uFEFF");
        Line(text, columns);
        foreach (var row in rows)
            Line(text, row);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.ContentLength = bytes.Length;
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}.csv\"";
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static void Line(StringBuilder text, IReadOnlyList<object?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
            text.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        text.Append("\r\n");
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        string text => Quoted(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{text}" : text),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
