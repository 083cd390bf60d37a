using System.Collections.ObjectModel;

namespace LiveComments.Client;

internal static class EmptyCounts
{
    public static readonly IReadOnlyDictionary<string, int> Instance = ReadOnlyDictionary<string, int>.Empty;
}
