namespace LiveComments.Server.Auth.Bodies;

internal sealed record OfferedProvider(string Id, string Name);
