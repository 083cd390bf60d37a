using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>Errors in messages, by their code.</summary>
internal static class ErrorFormat
{
    private static readonly Dictionary<string, Error> ByCode = Error.All.ToDictionary(error => error.Code, StringComparer.Ordinal);

    public static void Write(MessageWriter to, Error error)
    {
        to.Text(error.Code);
        to.Number(error.Status);
    }

    public static Error ReadError(ref MessageReader from)
    {
        var (code, status) = (from.Text(), from.Int());
        return ByCode.GetValueOrDefault(code) ?? new Error(code, status, "The request was refused.");
    }

    public static void WriteOrNull(MessageWriter to, Error? error)
    {
        to.Flag(error is not null);
        if (error is not null)
            Write(to, error);
    }

    public static Error? ReadErrorOrNull(ref MessageReader from) => from.Flag() ? ReadError(ref from) : null;
}
