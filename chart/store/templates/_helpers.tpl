{{/* Names and labels, nothing else. */}}

{{- define "store.name" -}}
{{- .Chart.Name -}}
{{- end }}

{{/* Release names that already say "store" stay as they are: the platform's release is called "store". */}}
{{- define "store.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "store.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" -}}
{{- end }}

{{/* Call with (list $ "component"). What selects pods can never be changed, so versions are not in it. */}}
{{- define "store.selectorLabels" -}}
{{- $top := index . 0 -}}
app.kubernetes.io/name: {{ include "store.name" $top }}
app.kubernetes.io/instance: {{ $top.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "store.labels" -}}
{{- $top := index . 0 -}}
{{ include "store.selectorLabels" . }}
app.kubernetes.io/version: {{ $top.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $top.Release.Service }}
helm.sh/chart: {{ include "store.chart" $top }}
urumi.dev/store: {{ $top.Values.store.id | quote }}
{{- end }}

{{- define "store.wordpress" -}}{{ include "store.fullname" . }}-wordpress{{- end }}
{{- define "store.database" -}}{{ include "store.fullname" . }}-database{{- end }}
{{- define "store.secret" -}}
{{- .Values.credentials.existingSecret | default (printf "%s-credentials" (include "store.fullname" .)) -}}
{{- end }}

{{/* Where the shop is: at its own domain, if it has one, with the scheme and port of its first address. */}}
{{- define "store.address" -}}
{{- $url := urlParse .Values.store.url -}}
{{- if .Values.store.domain -}}
{{ $url.scheme }}://{{ .Values.store.domain }}{{ regexFind ":[0-9]+$" $url.host }}
{{- else -}}
{{ .Values.store.url }}
{{- end }}
{{- end }}
